import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { holdsEvents, openStores, type Stores } from '../service/stores.js';

/**
 * Opens the stores that a service has made; it may be running.
 *
 * @throws Error saying what to set if there are none
 */
export async function openExistingStores(settings: AnnalsSettings): Promise<Stores> {
  const { eventLog, dataDir } = settings;
  if (eventLog.engine === 'sqlite') {
    const file = eventLog.file ?? join(dataDir, 'log.db');
    if (!existsSync(file)) throw noLog(`no event log ${file}`);
    return openStores(settings, Date.now);
  }
  const stores = await openStores(settings, Date.now);
  if (await holdsEvents(stores.log)) return stores;
  await stores.close();
  throw noLog('nothing in the event log');
}

function noLog(what: string): Error {
  return new Error(`there is ${what}. Set ANNALS_DATA_DIR (and ANNALS_*_URL) as for annals serve`);
}
