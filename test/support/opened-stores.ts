import { openStores, type Stores } from '../../cli/service/stores.js';
import { annalsSettings } from '../../infra/config/annals-settings.js';
import { storesOf } from './engines.js';

/** Opens the stores of the service that has a data directory, wherever the run's profile keeps them, for one look. */
export async function withStores<T>(dataDir: string, look: (stores: Stores) => Promise<T>): Promise<T> {
  const settings = annalsSettings(await storesOf(dataDir));
  if (settings.status !== 'OK') throw new Error(settings.message);
  const stores = await openStores(settings.settings, Date.now);
  try {
    return await look(stores);
  } finally {
    await stores.close();
  }
}
