import type { OptionValue } from './option.js';
import { type ConfigDraft, type CoreConfig, coreOptionEntries } from './options.js';

/** One option as the dashboard shows it (10-multitenancy.md 11); every member is always there. */
export interface ListedOption {
  readonly key: string;
  readonly valueType: 'string' | 'boolean' | 'number' | 'enum';
  readonly value: OptionValue;
  readonly description: string;
  readonly isDifferentAcrossTenants: boolean;
  readonly possibleValues: readonly string[] | null;
  readonly isNullable: boolean;
  readonly defaultValue: OptionValue;
  readonly isPluginProperty: boolean;
  readonly isPluginPropertyEditable: boolean;
}

/**
 * The options that the dashboard lists, with the values that hold for one tenant (10-multitenancy.md 11). Storage
 * options are none of ours, so none are listed.
 *
 * @param defaults of this machine; their nullness says whether an option is nullable
 * @param hideProtected a SaaS secret is configured and the request did not present it
 */
export function coreConfigListing(
  effective: CoreConfig,
  { defaults, hideProtected }: { readonly defaults: ConfigDraft; readonly hideProtected: boolean },
): ListedOption[] {
  return coreOptionEntries
    .filter(([, option]) => option.dashboard && !(hideProtected && option.protected))
    .map(([key, option]) => ({
      key,
      valueType: option.type === 'int' || option.type === 'long' || option.type === 'double' ? 'number' : option.type,
      value: effective[key],
      description: option.description,
      isDifferentAcrossTenants: option.level === 'T',
      possibleValues: option.values ?? null,
      isNullable: defaults[key] === null,
      defaultValue: defaults[key],
      isPluginProperty: false,
      isPluginPropertyEditable: false,
    }));
}
