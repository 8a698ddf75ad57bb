import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { openStores, type Stores } from '../service/stores.js';

/**
 * Opens the stores of a data directory that a service has made; it may be running.
 *
 * @throws Error saying what to set if there are none
 */
export async function openExistingStores(settings: AnnalsSettings): Promise<Stores> {
  const log = settings.eventLog.file ?? join(settings.dataDir, 'log.db');
  if (!existsSync(log))
    throw new Error(`there is no event log ${log}. Set ANNALS_DATA_DIR (and ANNALS_*_URL) as for annals serve`);
  return openStores(settings, Date.now);
}
