import { normalise, withDerivedValues } from './normalise.js';
import { type ConfigMode, type CoreConfig, canonicalName, type OptionName } from './options.js';
import { type ReadOptions, readOptions } from './parse-option.js';
import { validate } from './validate.js';

/** The overrides that one row holds: option names to values, both as they were sent (10-multitenancy.md 3). */
export type Overrides = Readonly<Record<string, string | number | boolean>>;

/**
 * The rows that a tenant inherits from, its own last: public row of the CUD's public app, public row of the app, own
 * row. A row that stands for two levels may be left out once or come twice.
 */
export type OverrideLayers = readonly Overrides[];

/** What holds for a tenant, or why its stored overrides cannot be used. */
export type EffectiveConfig =
  | { readonly status: 'OK'; readonly config: CoreConfig }
  | { readonly status: 'INVALID'; readonly message: string };

/**
 * Lays rows over the base config. Of each option only the value that wins is read, the innermost row's first; both
 * names of an option are one (wart W16).
 */
export function layered(base: CoreConfig, layers: OverrideLayers): ReadOptions {
  const winning = new Map<OptionName, readonly [string, unknown]>();
  for (const row of layers.toReversed()) {
    const own = new Map<OptionName, readonly [string, unknown]>();
    for (const entry of Object.entries(row)) {
      const name = canonicalName(entry[0]);
      if (name !== undefined && !winning.has(name)) own.set(name, entry);
    }
    for (const [name, entry] of own) winning.set(name, entry);
  }
  return readOptions(base, winning.values());
}

/**
 * The config of a tenant: per option the innermost row's value, else the base config's (10-multitenancy.md 6.1), valid,
 * normalised, and with derived values filled in. With no layers, that of the base tenant.
 *
 * @param base as loaded: without derived values
 */
export function effectiveConfig(base: CoreConfig, layers: OverrideLayers, mode: ConfigMode): EffectiveConfig {
  const read = layered(base, layers);
  if (read.status !== 'OK') return read;
  const message = validate(read.draft, mode);
  if (message !== undefined) return { status: 'INVALID', message };
  return { status: 'OK', config: withDerivedValues(normalise(read.draft), mode) };
}
