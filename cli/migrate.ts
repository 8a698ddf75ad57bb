import { Command } from 'commander';
import { annalsSettings, usesFiles } from '../infra/config/annals-settings.js';
import { loadBaseConfig } from '../infra/config/load-base-config.js';
import { pinoLogger } from '../infra/logging/pino-logger.js';
import { prometheusTelemetry } from '../infra/telemetry/prometheus.js';
import { openDataDirectory } from './data-directory.js';
import { preparedStores } from './service/prepared-stores.js';

async function migrate(): Promise<void> {
  const own = annalsSettings(process.env);
  const loaded = await loadBaseConfig({ env: process.env, args: {} });
  if (own.status !== 'OK') throw new Error(own.message);
  if (loaded.status !== 'OK') throw new Error(loaded.message);
  const { settings } = own;
  const logger = pinoLogger({ level: loaded.config.log_level, infoFile: undefined, errorFile: undefined });
  const data = openDataDirectory({ dataDir: settings.dataDir, holdsStores: usesFiles(settings), isThrowAway: false });
  try {
    const options = { base: loaded.config, configPath: '', settings, testMode: false, logger };
    const stores = await preparedStores(options, prometheusTelemetry({}));
    await stores.close();
  } finally {
    data.release();
    logger.flush();
  }
  process.stdout.write('The stores have what this version of Annals needs\n');
}

/** Brings the stores to what this program needs, so that processes find them ready. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Makes the tables that are missing and rebuilds views of another version, then ends.')
    .addHelpText(
      'after',
      `
Processes do the same when they start: serve and projector all of it, command and query make what is missing and wait for
the rest. Several may run at the same time. Settings come from the environment, as for annals serve.
Exit codes: 0 done, 1 not done; standard error says why.`,
    )
    .action(async () => {
      try {
        await migrate();
      } catch (error) {
        process.stderr.write(`annals migrate: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
      }
    });
}
