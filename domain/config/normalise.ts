import { parseConnectionUriDomain } from '../tenancy/ids.js';
import { splitApiKeys } from './api-keys.js';
import { type ConfigDraft, type ConfigMode, type CoreConfig, coreOptions } from './options.js';

function enumValue<V extends string>(option: { readonly values: readonly V[]; readonly default: V }, text: string): V {
  const wanted = text.trim().toUpperCase();
  return option.values.find((value) => value === wanted) ?? option.default;
}

function basePath(text: string): string {
  const segments = text.split('/').filter((segment) => segment !== '');
  return segments.length === 0 ? '' : `/${segments.join('/')}`;
}

function connectionUriDomain(text: string): string {
  const parsed = parseConnectionUriDomain(text);
  return parsed.status === 'OK' ? parsed.value : text;
}

function logPath(text: string | null): string | null {
  return text === null || text.trim().toLowerCase() === 'null' ? null : text;
}

/**
 * Brings values into the one form in which they are compared and used (00-conventions.md 14.5). Doing it twice changes
 * nothing more. Invalid values are {@link validate}'s to refuse: an enum that is none falls back to its default here.
 */
export function normalise(draft: ConfigDraft): CoreConfig {
  const { api_keys: apiKeys, supertokens_saas_load_only_cud: onlyCud } = draft;
  return {
    ...draft,
    host: draft.host.trim() || coreOptions.host.default,
    base_path: basePath(draft.base_path),
    api_keys: apiKeys === null ? null : splitApiKeys(apiKeys).sort().join(','),
    supertokens_saas_load_only_cud: onlyCud === null ? null : connectionUriDomain(onlyCud),
    ip_allow_regex: draft.ip_allow_regex?.trim() || null,
    ip_deny_regex: draft.ip_deny_regex?.trim() || null,
    recent_token_reuse_behaviour: enumValue(
      coreOptions.recent_token_reuse_behaviour,
      draft.recent_token_reuse_behaviour,
    ),
    password_hashing_alg: enumValue(coreOptions.password_hashing_alg, draft.password_hashing_alg),
    log_level: enumValue(coreOptions.log_level, draft.log_level),
    info_log_path: logPath(draft.info_log_path),
    error_log_path: logPath(draft.error_log_path),
    argon2_hashing_pool_size: Math.max(1, draft.argon2_hashing_pool_size),
    firebase_password_hashing_pool_size: Math.max(1, draft.firebase_password_hashing_pool_size),
  };
}

/**
 * Fills in what follows from other values: the SAML entity id, the URL of the OAuth provider (00-conventions.md 14.3),
 * and in test mode local OAuth settings (15.1). Comes after inheritance, so that a level that sets the one value gets
 * the other to match.
 */
export function withDerivedValues(config: CoreConfig, { testMode }: ConfigMode): CoreConfig {
  const local = <T>(value: T): T | null => (testMode ? value : null);
  const publicUrl = config.oauth_provider_public_service_url ?? local('http://localhost:4444');
  return {
    ...config,
    saml_sp_entity_id: config.saml_sp_entity_id ?? 'https://saml.supertokens.com',
    oauth_provider_public_service_url: publicUrl,
    oauth_provider_admin_service_url: config.oauth_provider_admin_service_url ?? local('http://localhost:4445'),
    oauth_provider_consent_login_base_url:
      config.oauth_provider_consent_login_base_url ?? local('http://localhost:3001/auth'),
    oauth_provider_url_configured_in_oauth_provider:
      config.oauth_provider_url_configured_in_oauth_provider ?? publicUrl,
    oauth_client_secret_encryption_key: config.oauth_client_secret_encryption_key ?? local('test-mode-client-secrets'),
  };
}
