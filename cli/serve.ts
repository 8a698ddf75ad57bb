import { annalsSettings } from '../infra/config/annals-settings.js';
import { loadBaseConfig } from '../infra/config/load-base-config.js';
import { parseServerArguments } from '../infra/config/server-arguments.js';
import { pinoLogger } from '../infra/logging/pino-logger.js';
import { startService } from './service/service.js';

/** Stops the process with the line that tools wait for (00-conventions.md 15). */
function crash(message: string): never {
  process.stderr.write(`What caused the crash: ${message}\n`);
  process.exit(1);
}

/** Runs the service until it is told to stop. */
export async function serve(given: readonly string[]): Promise<void> {
  const parsed = parseServerArguments(given);
  if (parsed.status !== 'OK') crash(parsed.message);
  const { args } = parsed;
  const own = annalsSettings(process.env);
  if (own.status !== 'OK') crash(own.message);
  const loaded = await loadBaseConfig({
    installDir: args.installDir,
    configFile: args.configFile,
    env: process.env,
    args,
  });
  if (loaded.status !== 'OK') crash(loaded.message);
  const { config, testMode } = loaded;
  const logger = pinoLogger({
    level: config.log_level,
    ...(config.info_log_path === null ? {} : { file: config.info_log_path }),
  });
  if (testMode) logger.warn({}, 'test mode is on: rules are relaxed. Never run production like this');
  try {
    const service = await startService({
      base: config,
      configPath: loaded.configPath ?? '',
      settings: own.settings,
      testMode,
      logger,
    });
    process.stdout.write(`Started SuperTokens on ${config.host}:${service.server.port} with PID: ${process.pid}\n`);
    const stop = () => {
      service.stop().then(
        () => {
          logger.flush();
          process.stdout.write('Goodbye\n', () => process.exit(0));
        },
        (error: unknown) => crash(error instanceof Error ? error.message : String(error)),
      );
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } catch (error) {
    crash(error instanceof Error ? error.message : String(error));
  }
}
