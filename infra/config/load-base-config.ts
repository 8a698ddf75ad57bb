import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { normalise } from '../../domain/config/normalise.js';
import { builtInDefaults, type ConfigDraft, type CoreConfig } from '../../domain/config/options.js';
import { type ReadOptions, readOptions } from '../../domain/config/parse-option.js';
import { validate } from '../../domain/config/validate.js';
import { readConfigFile } from './config-file.js';
import { type Environment, readEnvironment } from './environment.js';
import type { ServerArguments } from './server-arguments.js';

/** Where the base config comes from. */
export interface BaseConfigSources {
  /** May hold a `config.yaml`. */
  readonly installDir?: string | undefined;
  /** Has to exist if it is named. */
  readonly configFile?: string | undefined;
  readonly env: Environment;
  readonly args?: Pick<ServerArguments, 'port' | 'host'> & Partial<Pick<ServerArguments, 'testMode'>>;
}

/** The base config without derived values, the built-in defaults of this machine, and the file that was read. */
export type LoadedBaseConfig =
  | {
      readonly status: 'OK';
      readonly config: CoreConfig;
      readonly defaults: ConfigDraft;
      readonly configPath: string | undefined;
      readonly testMode: boolean;
    }
  | { readonly status: 'INVALID'; readonly message: string };

/** Test mode comes from the environment of the process or its command line, never from data (00-conventions.md 15.1). */
export function isTestMode(env: Environment, args: Partial<Pick<ServerArguments, 'testMode'>> = {}): boolean {
  return args.testMode === true || env.ANNALS_TEST_MODE === 'true';
}

/**
 * Builds the base config: built-in defaults, then the YAML file, the environment, and `port=` and `host=`, later ones
 * winning (00-conventions.md 14.1). No file is needed, but one that is there has to carry `core_config_version`.
 */
export async function loadBaseConfig({
  installDir,
  configFile,
  env,
  args = {},
}: BaseConfigSources): Promise<LoadedBaseConfig> {
  const defaults = builtInDefaults(availableParallelism());
  const file = await readFirstLayer(defaults, installDir, configFile);
  if (file.status !== 'OK') return file;
  const environment = readEnvironment(file.draft, env);
  if (environment.status !== 'OK') return environment;
  const named = Object.entries({ port: args.port, host: args.host }).filter(([, value]) => value !== undefined);
  const all = readOptions(environment.draft, named);
  if (all.status !== 'OK') return all;
  const testMode = isTestMode(env, args);
  const { configPath } = file;
  const message = validate(all.draft, { testMode, configPath });
  if (message !== undefined) return { status: 'INVALID', message };
  return { status: 'OK', config: normalise(all.draft), defaults, configPath, testMode };
}

async function readFirstLayer(
  defaults: ConfigDraft,
  installDir: string | undefined,
  configFile: string | undefined,
): Promise<ReadOptions & { readonly configPath?: string }> {
  const configPath = configFile ?? (installDir === undefined ? undefined : resolve(join(installDir, 'config.yaml')));
  const withoutFile = { status: 'OK', draft: { ...defaults, core_config_version: 0 } } as const;
  if (configPath === undefined) return withoutFile;
  const file = await readConfigFile(configPath);
  switch (file.status) {
    case 'OK':
      return { ...readOptions(defaults, file.entries), configPath };
    case 'MISSING':
      if (configFile === undefined) return withoutFile;
      return { status: 'INVALID', message: `The config file ${configFile} does not exist` };
    case 'UNREADABLE':
      return { status: 'INVALID', message: file.message };
  }
}
