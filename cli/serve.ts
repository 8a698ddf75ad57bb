import { type AnnalsSettings, annalsSettings, usesFiles } from '../infra/config/annals-settings.js';
import { type LoadedBaseConfig, loadBaseConfig } from '../infra/config/load-base-config.js';
import { parseServerArguments, type ServerArguments } from '../infra/config/server-arguments.js';
import { assertCanListen } from '../infra/http/listen.js';
import { type BufferedLogger, pinoLogger } from '../infra/logging/pino-logger.js';
import { DirectoryInUseError } from '../infra/sqlite/directory-lock.js';
import { type DataDirectory, openDataDirectory } from './data-directory.js';
import type { ServiceOptions } from './service/process-parts.js';
import type { Service } from './service/service.js';
import { writeStartedFile } from './started-file.js';

/** Everything that has to be valid before anything is started. */
interface Setup {
  readonly args: ServerArguments;
  readonly settings: AnnalsSettings;
  readonly loaded: Extract<LoadedBaseConfig, { status: 'OK' }>;
}

/** Requests and jobs are given 15 s to end; whatever is still open after this is cut off. */
const STOP_TIMEOUT_MS = 20_000;

/** Ends the process with the line that tools wait for (00-conventions.md 15). */
function crash(message: string): never {
  process.stderr.write(`What caused the crash: ${message}\n`);
  process.exit(1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a process does. */
export interface Role {
  /** The sub-command that runs it. */
  readonly name: string;
  /** What is told to be started. */
  readonly title: string;
  /** It is alone with its stores, which may be files. */
  readonly isWhole: boolean;
  start(options: ServiceOptions): Promise<Service>;
}

/**
 * Runs a process until it is told to stop by SIGTERM or SIGINT; a second signal ends it at once. It exits with 0 after an
 * orderly stop, else with 1.
 *
 * @param given `<installation dir> [configFile=] [port=] [host=] [tempDirLocation=] [forceNoInMemDB=] [test_mode]`
 */
export async function runRole(role: Role, given: readonly string[]): Promise<void> {
  const setup = await readSetup(given);
  const { config, testMode } = setup.loaded;
  const logger = pinoLogger({
    level: config.log_level,
    infoFile: logFile(config.info_log_path),
    errorFile: logFile(config.error_log_path),
  });
  process.on('exit', () => logger.flush());
  crashOnFault(logger);
  if (testMode) logger.warn({}, 'test mode is on: rules are relaxed. Never run production like this');

  const stop = onSignals(logger);
  try {
    const data = role.isWhole ? await takeDataDirectory(setup) : undefined;
    process.on('exit', () => data?.release());
    const service = await role.start({
      base: config,
      configPath: setup.loaded.configPath ?? '',
      settings: { ...setup.settings, ...(data && { dataDir: data.path }) },
      testMode,
      logger,
    });
    announce(role, setup, service, data);
    stop.with(() => service.stop());
  } catch (error) {
    logger.error({ err: error, role: role.name }, 'the process could not be started');
    crash(messageOf(error));
  }
}

async function readSetup(given: readonly string[]): Promise<Setup> {
  const parsed = parseServerArguments(given);
  if (parsed.status !== 'OK') crash(parsed.message);
  const own = annalsSettings(process.env);
  if (own.status !== 'OK') crash(own.message);
  const { args } = parsed;
  const { installDir, configFile } = args;
  const loaded = await loadBaseConfig({ installDir, configFile, env: process.env, args });
  if (loaded.status !== 'OK') crash(loaded.message);
  return { args, settings: own.settings, loaded };
}

/** A path of the config; the word `null` means the standard stream, as no value does (00-conventions.md 14.3). */
function logFile(path: string | null): string | undefined {
  return path === null || path.trim() === 'null' ? undefined : path;
}

/**
 * Test mode forgets its data, as nobody wants to keep them, unless it is told where to keep them. A service on the same
 * port is a better explanation than one in the same directory.
 */
async function takeDataDirectory({ args, settings, loaded }: Setup): Promise<DataDirectory> {
  const isThrowAway = loaded.testMode && !args.forceNoInMemDB && !process.env.ANNALS_DATA_DIR;
  try {
    return openDataDirectory({ dataDir: settings.dataDir, holdsStores: usesFiles(settings), isThrowAway });
  } catch (error) {
    if (error instanceof DirectoryInUseError) await assertCanListen(loaded.config.host, loaded.config.port);
    throw error;
  }
}

/** Tells people and programs that requests are served. */
function announce({ title }: Role, { args, loaded }: Setup, service: Service, data: DataDirectory | undefined): void {
  const { host, base_path: basePath } = loaded.config;
  const { port } = service.server;
  const { pid } = process;
  const directory = args.tempDirLocation ?? args.installDir ?? data?.path;
  if (directory !== undefined) {
    const removeStartedFile = writeStartedFile({ directory, host, port, pid, basePath });
    process.on('exit', removeStartedFile);
  }
  process.stdout.write(`Started ${title} on ${host}:${port} with PID: ${pid}\n`);
}

/** Stops on the first signal, orderly once there is something to stop; exits on the second. */
function onSignals(logger: BufferedLogger): { with(stop: () => Promise<void>): void } {
  let stop = async (): Promise<void> => {};
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) crash('told to stop a second time before everything was closed');
    isStopping = true;
    logger.info({}, 'stopping');
    setTimeout(() => crash('the service could not be stopped in time'), STOP_TIMEOUT_MS).unref();
    stop().then(
      () => {
        logger.flush();
        process.stdout.write('Goodbye\n', () => process.exit(0));
      },
      (error: unknown) => crash(messageOf(error)),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    with(orderly) {
      stop = orderly;
    },
  };
}

/** A fault that nobody handled leaves the process in an unknown state: it is written down, and the process ends. */
function crashOnFault(logger: BufferedLogger): void {
  const onFault = (err: unknown): void => {
    logger.error({ err }, 'unhandled fault');
    logger.flush();
    crash(`an unexpected fault: ${messageOf(err)}`);
  };
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
}
