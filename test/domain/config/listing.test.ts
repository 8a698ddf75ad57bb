import { expect } from 'chai';
import { effectiveConfig, type Overrides } from '../../../domain/config/effective-config.js';
import { coreConfigListing, type ListedOption } from '../../../domain/config/listing.js';
import { coreOptions } from '../../../domain/config/options.js';
import { protectedOptions, visibleOverrides } from '../../../domain/config/protected-options.js';
import { baseWith, defaults } from './base.js';

function list(layers: readonly Overrides[] = [], hideProtected = false): ListedOption[] {
  const effective = effectiveConfig(baseWith(), layers, { testMode: false });
  if (effective.status !== 'OK') throw new Error(effective.message);
  return coreConfigListing(effective.config, { defaults, hideProtected });
}

function field(key: string, layers: readonly Overrides[] = []): ListedOption | undefined {
  return list(layers).find((listed) => listed.key === key);
}

const LISTED = [
  'ip_allow_regex',
  'ip_deny_regex',
  'access_token_validity',
  'access_token_validity_jitter',
  'refresh_token_validity',
  'refresh_token_rotation_grace_period',
  'access_token_dynamic_signing_key_update_interval',
  'password_reset_token_lifetime',
  'email_verification_token_lifetime',
  'passwordless_max_code_input_attempts',
  'passwordless_code_lifetime',
  'totp_max_attempts',
  'totp_rate_limit_cooldown_sec',
  'webauthn_recover_account_token_lifetime',
  'password_hashing_alg',
  'firebase_password_hashing_signer_key',
  'saml_sp_entity_id',
  'saml_claims_validity',
  'saml_relay_state_validity',
  'bulk_migration_parallelism',
  'bulk_migration_batch_size',
  'bulk_migration_sleep_between_rounds_in_batch_ms',
  'disable_telemetry',
];

describe('coreConfigListing (10-multitenancy.md 11)', () => {
  it('case 52: lists the options for the dashboard, each with its ten members', () => {
    const listing = list();
    expect(listing.map(({ key }) => key)).to.deep.equal(LISTED);
    for (const listed of listing) {
      expect(Object.keys(listed)).to.have.members([
        'key',
        'valueType',
        'value',
        'description',
        'isDifferentAcrossTenants',
        'possibleValues',
        'isNullable',
        'defaultValue',
        'isPluginProperty',
        'isPluginPropertyEditable',
      ]);
      expect(Object.values(listed)).not.to.include(undefined);
    }
  });

  it('case 52: gives an enum its possible values', () => {
    expect(field('password_hashing_alg')).to.deep.include({
      valueType: 'enum',
      value: 'BCRYPT',
      possibleValues: ['ARGON2', 'BCRYPT'],
    });
  });

  it('describes a number that all tenants of an app share', () => {
    const { description, ...rest } = field('access_token_validity') ?? {};
    expect(description).to.be.a('string').that.is.not.empty;
    expect(rest).to.deep.equal({
      key: 'access_token_validity',
      valueType: 'number',
      value: 3600,
      isDifferentAcrossTenants: false,
      possibleValues: null,
      isNullable: false,
      defaultValue: 3600,
      isPluginProperty: false,
      isPluginPropertyEditable: false,
    });
  });

  it('shows the SAML entity id that holds although none is the default', () => {
    expect(field('saml_sp_entity_id')).to.deep.include({
      value: 'https://saml.supertokens.com',
      defaultValue: null,
      isNullable: true,
      isDifferentAcrossTenants: true,
    });
  });

  it('gives the number of processors as the default of the import workers', () => {
    expect(field('bulk_migration_parallelism')).to.deep.include({ defaultValue: 2, value: 2 });
  });

  it('case 30: shows a tenant its own value and the public tenant the inherited one', () => {
    expect(field('totp_max_attempts', [{}, {}, { totp_max_attempts: 3 }])?.value).to.equal(3);
    expect(field('totp_max_attempts', [{}, {}])?.value).to.equal(5);
  });

  it('case 56: shows a number for an override sent as text', () => {
    expect(field('access_token_validity', [{ access_token_validity: '2' }])?.value).to.equal(2);
  });

  it('leaves protected options out for a caller without the SaaS secret', () => {
    const shown = list([], true).map(({ key }) => key);
    expect(shown).to.deep.equal(LISTED.filter((key) => !key.startsWith('ip_')));
  });
});

describe('protected options (10-multitenancy.md 6.5)', () => {
  it('are these', () => {
    expect([...protectedOptions]).to.have.members([
      'ip_allow_regex',
      'ip_deny_regex',
      'oauth_provider_public_service_url',
      'oauth_provider_admin_service_url',
      'oauth_provider_consent_login_base_url',
      'oauth_provider_url_configured_in_oauth_provider',
      'saml_legacy_acs_url',
    ]);
  });

  it('case 31: are hidden from a row for a caller without the SaaS secret', () => {
    const row = { ip_deny_regex: 'x', postgresql_password: 'x', migration_mode: 'x', totp_max_attempts: 3 };
    expect(visibleOverrides(row, { hideProtected: true })).to.deep.equal({ migration_mode: 'x', totp_max_attempts: 3 });
    expect(visibleOverrides(row, { hideProtected: false })).to.deep.equal(row);
  });
});

describe('the options table (00-conventions.md 14.3)', () => {
  it('has the B-level options of the specification', () => {
    const baseOnly = Object.entries(coreOptions).flatMap(([name, { level }]) => (level === 'B' ? [name] : []));
    expect(baseOnly).to.have.members([
      'port',
      'host',
      'base_path',
      'max_server_pool_size',
      'webserver_https_enabled',
      'supertokens_saas_secret',
      'supertokens_saas_load_only_cud',
      'recent_token_reuse_behaviour',
      'bcrypt_log_rounds',
      'argon2_iterations',
      'argon2_memory_kb',
      'argon2_parallelism',
      'argon2_hashing_pool_size',
      'firebase_password_hashing_pool_size',
      'oauth_client_secret_encryption_key',
      'log_level',
      'info_log_path',
      'error_log_path',
      'otel_collector_connection_uri',
      'deadlock_logger_enable',
    ]);
  });

  it('has the T-level options of the specification', () => {
    const free = Object.entries(coreOptions).flatMap(([name, { level }]) => (level === 'T' ? [name] : []));
    expect(free).to.have.members([
      'core_config_version',
      'ip_allow_regex',
      'ip_deny_regex',
      'password_reset_token_lifetime',
      'email_verification_token_lifetime',
      'passwordless_max_code_input_attempts',
      'passwordless_code_lifetime',
      'totp_max_attempts',
      'totp_rate_limit_cooldown_sec',
      'saml_sp_entity_id',
      'saml_claims_validity',
      'saml_relay_state_validity',
    ]);
  });
});
