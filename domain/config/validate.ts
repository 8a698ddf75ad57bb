import { parseConnectionUriDomain } from '../tenancy/ids.js';
import { compileAddressRule } from './address-rules.js';
import { hasKeyCharacters, splitApiKeys } from './api-keys.js';
import { CDI_VERSIONS, compareVersions, isVersionText } from './cdi-versions.js';
import { type ConfigDraft, type ConfigMode, coreOptions } from './options.js';

const MAX_ACCESS_TOKEN_VALIDITY = 86_400_000;
const MIN_API_KEY_LENGTH = 20;
const MIN_SAAS_SECRET_LENGTH = 40;

/** Either what is wrong, one text after the other, or nothing. */
type Problems = Generator<string, void>;

/** Adds where the configuration file is, for those who can edit it. */
type InFile = (problem: string) => string;

function* tokenProblems(config: ConfigDraft, { testMode }: ConfigMode, inFile: InFile): Problems {
  const validity = config.access_token_validity;
  if (validity < 1 || validity > MAX_ACCESS_TOKEN_VALIDITY) {
    yield inFile("'access_token_validity' must be between 1 and 86400000 seconds inclusive.");
  }
  if (!testMode) {
    if (config.refresh_token_validity * 60 <= validity) {
      yield inFile("'refresh_token_validity' must be strictly greater than 'access_token_validity'.");
    }
    if (config.access_token_dynamic_signing_key_update_interval < 1) {
      yield inFile("'access_token_dynamic_signing_key_update_interval' must be greater than, equal to 1 hour.");
    }
    const grace = config.refresh_token_rotation_grace_period;
    if (grace < 0 || grace > 300) {
      yield inFile("'refresh_token_rotation_grace_period' must be between 0 and 300 seconds inclusive.");
    }
  }
  const jitter = config.access_token_validity_jitter;
  if (jitter < 0 || jitter > 0.25) {
    yield inFile("'access_token_validity_jitter' must be between 0 and 0.25 inclusive.");
  }
}

function* lifetimeProblems(config: ConfigDraft): Problems {
  for (const name of ['password_reset_token_lifetime', 'email_verification_token_lifetime'] as const) {
    if (config[name] <= 0) yield `'${name}' must be >= 0`;
  }
  const positive = [
    'passwordless_code_lifetime',
    'passwordless_max_code_input_attempts',
    'totp_max_attempts',
    'totp_rate_limit_cooldown_sec',
  ] as const;
  for (const name of positive) if (config[name] <= 0) yield `'${name}' must be > 0`;
}

function* keyProblems(config: ConfigDraft): Problems {
  const { api_keys: apiKeys, supertokens_saas_secret: secret } = config;
  for (const key of apiKeys === null ? [] : splitApiKeys(apiKeys)) {
    if (key.length < MIN_API_KEY_LENGTH) {
      yield 'One of the API keys is too short. Please use at least 20 characters';
    }
    if (!hasKeyCharacters(key)) {
      yield "Invalid characters in API key. Please only use '=', '-' and alpha-numeric (including capitals)";
    }
  }
  if (secret === null) return;
  if (apiKeys === null) yield 'supertokens_saas_secret can only be used when api_key is also defined';
  if (secret.length < MIN_SAAS_SECRET_LENGTH) {
    yield 'supertokens_saas_secret is too short. Please use at least 40 characters';
  }
  if (!hasKeyCharacters(secret)) {
    yield "Invalid characters in supertokens_saas_secret key. Please only use '=', '-' and alpha-numeric (including capitals)";
  }
}

function* hashingProblems(config: ConfigDraft): Problems {
  const algorithm = config.password_hashing_alg.trim().toUpperCase();
  if (algorithm === 'ARGON2') {
    const atLeastOne = [
      'argon2_iterations',
      'argon2_parallelism',
      'argon2_memory_kb',
      'argon2_hashing_pool_size',
    ] as const;
    for (const name of atLeastOne) if (config[name] < 1) yield `'${name}' must be >= 1`;
    if (config.argon2_hashing_pool_size > config.max_server_pool_size) {
      yield "'argon2_hashing_pool_size' must be <= 'max_server_pool_size'";
    }
  } else if (algorithm === 'BCRYPT') {
    if (config.bcrypt_log_rounds < 1) yield "'bcrypt_log_rounds' must be >= 1";
  } else {
    yield "'password_hashing_alg' must be one of 'ARGON2' or 'BCRYPT'";
  }
}

function* serviceProblems(config: ConfigDraft): Problems {
  if (/\s/.test(config.base_path)) yield 'Invalid characters in base_path config';
  if (!isOneOf(coreOptions.log_level.values, config.log_level)) {
    yield '\'log_level\' config must be one of "NONE","DEBUG", "INFO", "WARN" or "ERROR".';
  }
  for (const name of ['ip_allow_regex', 'ip_deny_regex'] as const) {
    const rule = config[name]?.trim();
    if (rule && !compileAddressRule(rule)) yield `Provided regular expression is invalid for ${name} config`;
  }
}

function* cdiVersionProblems(config: ConfigDraft): Problems {
  const { supertokens_max_cdi_version: max, supertokens_min_cdi_version: min } = config;
  for (const name of ['supertokens_max_cdi_version', 'supertokens_min_cdi_version'] as const) {
    const version = config[name];
    if (version === null) continue;
    if (!isVersionText(version)) yield `${name} is not a valid semantic version`;
    if (!CDI_VERSIONS.some((known) => known === version)) yield `${name} is not a supported version`;
  }
  if (max !== null && min !== null && compareVersions(min, max) > 0) {
    yield 'supertokens_min_cdi_version cannot be greater than supertokens_max_cdi_version';
  }
}

function* recipeProblems(config: ConfigDraft): Problems {
  for (const name of ['bulk_migration_parallelism', 'bulk_migration_batch_size'] as const) {
    if (config[name] < 1) yield `Provided ${name} must be >= 1`;
  }
  if (config.webauthn_recover_account_token_lifetime <= 0) {
    yield 'Provided webauthn_recover_account_token_lifetime must be > 0';
  }
  const behaviours = coreOptions.recent_token_reuse_behaviour.values;
  if (!isOneOf(behaviours, config.recent_token_reuse_behaviour)) {
    yield `recent_token_reuse_behaviour property is not set correctly. It must be one of [${behaviours.join(', ')}]`;
  }
  const onlyCud = config.supertokens_saas_load_only_cud;
  if (onlyCud !== null && parseConnectionUriDomain(onlyCud).status !== 'OK') {
    yield 'supertokens_saas_load_only_cud is invalid';
  }
}

function* oauthProviderProblems(config: ConfigDraft): Problems {
  const together = [
    'oauth_provider_public_service_url',
    'oauth_provider_admin_service_url',
    'oauth_provider_consent_login_base_url',
  ] as const;
  for (const name of [...together, 'oauth_provider_url_configured_in_oauth_provider'] as const) {
    const url = config[name];
    if (url !== null && !isHttpUrl(url)) yield `${name} is not a valid URL`;
  }
  const set = together.filter((name) => config[name] !== null);
  if (set.length > 0 && set.length < together.length) {
    yield `If any of the following is set, all of them has to be set: ${together.join(', ')}`;
  }
}

function* problemsOf(config: ConfigDraft, mode: ConfigMode, inFile: InFile): Problems {
  if (config.core_config_version === -1) {
    yield "'core_config_version' is not set in the config.yaml file. Please redownload and install SuperTokens";
  }
  yield* tokenProblems(config, mode, inFile);
  yield* lifetimeProblems(config);
  if (config.max_server_pool_size < 1) yield inFile("'max_server_pool_size' must be >= 1.");
  yield* keyProblems(config);
  yield* hashingProblems(config);
  yield* serviceProblems(config);
  yield* cdiVersionProblems(config);
  yield* recipeProblems(config);
  yield* oauthProviderProblems(config);
}

/**
 * Checks values of the right type against the rules between and on them, in the order and with the texts of
 * 00-conventions.md 14.4; test mode leaves nos. 3 to 5 out (15.1).
 *
 * @returns the first thing that is wrong, or undefined. Given `configPath`, the texts marked + there name it
 */
export function validate(
  config: ConfigDraft,
  { testMode, configPath }: ConfigMode & { readonly configPath?: string | undefined },
): string | undefined {
  const inFile = (problem: string) =>
    configPath === undefined ? problem : `${problem} The config file can be found here: ${configPath}`;
  const first = problemsOf(config, { testMode }, inFile).next();
  return first.done ? undefined : first.value;
}

function isOneOf(values: readonly string[], text: string): boolean {
  return values.includes(text.trim().toUpperCase());
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
