import type { Option, OptionValue } from './option.js';
import { integrationOptions } from './options-integration.js';
import { loginOptions } from './options-login.js';
import { operationOptions } from './options-operation.js';
import { serviceOptions } from './options-service.js';
import { sessionOptions } from './options-session.js';

/** Every core option, in the order of 00-conventions.md 14.3. All that is known about configuration derives from it. */
export const coreOptions = {
  ...serviceOptions,
  ...sessionOptions,
  ...loginOptions,
  ...integrationOptions,
  ...operationOptions,
} as const;

type Table = typeof coreOptions;

/** The name of a core option. */
export type OptionName = keyof Table;

type NullOf<O> = O extends { default: null } | { nullable: true } ? null : never;
type ScalarOf<O, Enums extends boolean> = O extends { type: 'boolean' }
  ? boolean
  : O extends { type: 'int' | 'long' | 'double' }
    ? number
    : [Enums, O] extends [true, { values: readonly (infer V)[] }]
      ? V
      : string;

/** Option values of the right type that nothing else has been checked of yet; enums are any text. */
export type ConfigDraft = { readonly [N in OptionName]: ScalarOf<Table[N], false> | NullOf<Table[N]> };

/** Valid and normalised option values (00-conventions.md 14.4, 14.5), by option name. Units are in the table. */
export type CoreConfig = { readonly [N in OptionName]: ScalarOf<Table[N], true> | NullOf<Table[N]> };

/** What changes the rules for the process as a whole (00-conventions.md 15.1). */
export interface ConfigMode {
  readonly testMode: boolean;
}

/** Names and rows of the table, in its order. */
export const coreOptionEntries: ReadonlyArray<readonly [OptionName, Option]> = Object.entries(coreOptions) as [
  OptionName,
  Option,
][];

const canonicalNames: ReadonlyMap<string, OptionName> = new Map(
  coreOptionEntries.flatMap(([name, option]) => [name, ...(option.aliases ?? [])].map((known) => [known, name])),
);

/** The core option that a name or an alias stands for; undefined for any other name. */
export function canonicalName(name: string): OptionName | undefined {
  return canonicalNames.get(name);
}

/** The environment variable of a core option; undefined if it has none. */
export function environmentName(name: OptionName): string | undefined {
  const { env }: Option = coreOptions[name];
  return env === null ? undefined : (env ?? name.toUpperCase());
}

/**
 * The built-in values, `core_config_version` unset.
 *
 * @param processors of this machine, the default of `bulk_migration_parallelism`
 */
export function builtInDefaults(processors: number): ConfigDraft {
  const values: Record<string, OptionValue> = {};
  for (const [name, option] of coreOptionEntries) values[name] = option.default;
  values.bulk_migration_parallelism = processors;
  return values as ConfigDraft;
}
