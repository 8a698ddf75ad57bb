import { normalise } from '../../../domain/config/normalise.js';
import { builtInDefaults, type ConfigDraft, type CoreConfig } from '../../../domain/config/options.js';

/** The built-in defaults of a machine with two processors, as a start without a file has them. */
export const defaults: ConfigDraft = { ...builtInDefaults(2), core_config_version: 0 };

/** A base config that says only this. */
export function baseWith(values: Partial<ConfigDraft> = {}): CoreConfig {
  return normalise({ ...defaults, ...values });
}

export const API_KEY = 'aaaaaaaaaaaaaaaaaaaa-1';
export const OTHER_API_KEY = 'BBBBBBBBBBBBBBBBBBBB=2';
export const SAAS_SECRET = 's'.repeat(40);
