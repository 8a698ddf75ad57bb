import { expect } from 'chai';
import { type EffectiveConfig, effectiveConfig, type Overrides } from '../../../domain/config/effective-config.js';
import type { CoreConfig } from '../../../domain/config/options.js';
import { API_KEY, baseWith, OTHER_API_KEY } from './base.js';

function resolve(layers: readonly Overrides[], base = baseWith(), testMode = false): EffectiveConfig {
  return effectiveConfig(base, layers, { testMode });
}

function resolved(layers: readonly Overrides[], base = baseWith(), testMode = false): CoreConfig {
  const result = resolve(layers, base, testMode);
  if (result.status !== 'OK') throw new Error(result.message);
  return result.config;
}

const INTERVAL = 'access_token_dynamic_signing_key_update_interval';
const INTERVAL_ALIAS = 'access_token_signing_key_update_interval';

describe('effectiveConfig (10-multitenancy.md 6.1)', () => {
  it('takes each option from the innermost row that has it, else from the base config', () => {
    const config = resolved([
      { totp_max_attempts: 1, access_token_validity: 10, passwordless_code_lifetime: 100 },
      { totp_max_attempts: 2, access_token_validity: 20 },
      { totp_max_attempts: 3 },
    ]);
    expect(config.totp_max_attempts).to.equal(3);
    expect(config.access_token_validity).to.equal(20);
    expect(config.passwordless_code_lifetime).to.equal(100);
    expect(config.refresh_token_validity).to.equal(144000);
  });

  it('an option set on the CUD row is inherited by all its apps and tenants', () => {
    expect(resolved([{ totp_max_attempts: 9 }, {}, {}]).totp_max_attempts).to.equal(9);
  });

  it('reads values sent as text', () => {
    const config = resolved([{}, { access_token_validity: '2', access_token_signing_key_dynamic: 'false' }]);
    expect(config.access_token_validity).to.equal(2);
    expect(config.access_token_signing_key_dynamic).to.equal(false);
  });

  it('W16: an inner row wins by either name of an option', () => {
    expect(resolved([{ [INTERVAL]: 5 }, { [INTERVAL_ALIAS]: '6' }])[INTERVAL]).to.equal(6);
    expect(resolved([{ [INTERVAL_ALIAS]: 5 }, { [INTERVAL]: 6 }])[INTERVAL]).to.equal(6);
    expect(resolved([{ [INTERVAL_ALIAS]: 7 }], baseWith({ [INTERVAL]: 9 }))[INTERVAL]).to.equal(7);
  });

  it('case 22: apps inherit the base keys unless they set their own', () => {
    const base = baseWith({ api_keys: API_KEY });
    expect(resolved([{}, {}], base).api_keys).to.equal(API_KEY);
    expect(resolved([{}, { api_keys: ` ${OTHER_API_KEY} ` }], base).api_keys).to.equal(OTHER_API_KEY);
  });

  it('case 51: refuses a signing interval of 0.001 h, and takes it in test mode', () => {
    expect(resolve([{ [INTERVAL]: '0.001' }])).to.deep.equal({
      status: 'INVALID',
      message: `'${INTERVAL}' must be greater than, equal to 1 hour.`,
    });
    expect(resolved([{ [INTERVAL]: '0.001' }], baseWith(), true)[INTERVAL]).to.equal(0.001);
  });

  it('case 58: in test mode takes texts and a refresh token that ends before its access token', () => {
    const row = { access_token_validity: '7200', refresh_token_validity: '720' };
    expect(resolved([row], baseWith(), true)).to.include({ access_token_validity: 7200, refresh_token_validity: 720 });
    const short = { access_token_validity: 3600, refresh_token_validity: 3 };
    expect(resolve([short]).status).to.equal('INVALID');
    expect(resolve([short], baseWith(), true).status).to.equal('OK');
  });

  it('says why stored overrides cannot be used any more', () => {
    expect(resolve([{ totp_max_attempts: 'many' }])).to.deep.equal({
      status: 'INVALID',
      message: "'totp_max_attempts' must be of type int",
    });
  });

  it('reads no value that an inner row shadows', () => {
    expect(resolved([{ totp_max_attempts: 'many' }, { totp_max_attempts: 2 }]).totp_max_attempts).to.equal(2);
  });

  it('passes over storage options and names it does not know', () => {
    expect(resolved([{ postgresql_host: 'db', constructor: 'x' }])).to.deep.equal(resolved([]));
  });

  it('derives the OAuth provider URL from the public URL of the same level', () => {
    const urls = (host: string) => ({
      oauth_provider_public_service_url: `http://${host}`,
      oauth_provider_admin_service_url: `http://admin.${host}`,
      oauth_provider_consent_login_base_url: `http://login.${host}`,
    });
    const config = resolved([urls('app.test')], baseWith(urls('base.test')));
    expect(config.oauth_provider_url_configured_in_oauth_provider).to.equal('http://app.test');
    expect(resolve([{ oauth_provider_public_service_url: 'http://app.test' }], baseWith(), true).status).to.equal(
      'INVALID',
    );
  });
});
