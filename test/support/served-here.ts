import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory } from '../../cli/data-directory.js';
import { startService } from '../../cli/service/service.js';
import { annalsSettings } from '../../infra/config/annals-settings.js';
import { loadBaseConfig } from '../../infra/config/load-base-config.js';
import { TEST_ENV } from './annals-process.js';
import { profileOfRun } from './engines.js';
import { freePort } from './free-port.js';
import { type Annals, startAnnals } from './service.js';
import { silentLogger } from './silent-logger.js';

/** A running service that nothing is asked of but requests. */
export type Served = Pick<Annals, 'url' | 'port' | 'stop'>;

/**
 * Starts what `annals serve` starts, on a free port and in a temporary folder, in the process of the suite: for suites
 * that only send requests. Another profile of the run has its own processes, as {@link startAnnals} starts them.
 */
export async function serveHere(env: Readonly<Record<string, string>> = {}): Promise<Served> {
  if (profileOfRun !== 'embedded') return startAnnals({ env });
  const folder = await mkdtemp(join(tmpdir(), 'annals-test-'));
  const port = await freePort();
  const all = { ...TEST_ENV, ...env, ANNALS_DATA_DIR: folder, SUPERTOKENS_PORT: String(port) };
  const settings = annalsSettings(all);
  const loaded = await loadBaseConfig({ env: all, args: {} });
  if (settings.status !== 'OK' || loaded.status !== 'OK') throw new Error('the settings of the suite are wrong');
  const directory = openDataDirectory({ dataDir: folder, holdsStores: true, isThrowAway: false });
  const service = await startService({
    base: loaded.config,
    configPath: '',
    settings: settings.settings,
    testMode: loaded.testMode,
    logger: silentLogger,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async stop() {
      await service.stop();
      directory.release();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
