import { expect } from 'chai';
import fc from 'fast-check';
import { normalise, withDerivedValues } from '../../../domain/config/normalise.js';
import { API_KEY, baseWith, defaults, OTHER_API_KEY } from './base.js';

describe('normalise (00-conventions.md 14.5)', () => {
  it('case 32: brings a base path into the form /a/b, and / into nothing', () => {
    const basePathOf = (text: string) => baseWith({ base_path: text }).base_path;
    expect(basePathOf('//some//path/')).to.equal('/some/path');
    expect(basePathOf('some')).to.equal('/some');
    expect(basePathOf('/')).to.equal('');
    expect(basePathOf('')).to.equal('');
  });

  it('case 18: takes the white space off API keys and sorts them', () => {
    expect(baseWith({ api_keys: ` ${API_KEY} , ${OTHER_API_KEY} ` }).api_keys).to.equal(`${OTHER_API_KEY},${API_KEY}`);
    expect(baseWith({ api_keys: `${OTHER_API_KEY},${API_KEY},` }).api_keys).to.equal(`${OTHER_API_KEY},${API_KEY}`);
  });

  it('case 31: trims IP rules; a blank one is none', () => {
    const { ip_allow_regex, ip_deny_regex } = baseWith({ ip_allow_regex: '  ', ip_deny_regex: ' 10\\..* ' });
    expect([ip_allow_regex, ip_deny_regex]).to.deep.equal([null, '10\\..*']);
  });

  it('writes enums in capitals', () => {
    const config = baseWith({
      log_level: ' debug ',
      recent_token_reuse_behaviour: 'unauthorised',
      password_hashing_alg: 'Argon2',
    });
    expect(config.log_level).to.equal('DEBUG');
    expect(config.recent_token_reuse_behaviour).to.equal('UNAUTHORISED');
    expect(config.password_hashing_alg).to.equal('ARGON2');
  });

  it('raises the sizes of hashing pools to one', () => {
    const config = baseWith({ argon2_hashing_pool_size: 0, firebase_password_hashing_pool_size: -3 });
    expect(config.argon2_hashing_pool_size).to.equal(1);
    expect(config.firebase_password_hashing_pool_size).to.equal(1);
  });

  it('reads the log path "null" as none and takes the port off the only domain', () => {
    const config = baseWith({ info_log_path: 'NULL', supertokens_saas_load_only_cud: 'C1.Test:3567' });
    expect(config.info_log_path).to.equal(null);
    expect(config.supertokens_saas_load_only_cud).to.equal('c1.test');
  });

  it('does not let a blank host mean every interface', () => {
    expect(baseWith({ host: ' ' }).host).to.equal('127.0.0.1');
    expect(baseWith({ host: 'localhost' }).host).to.equal('localhost');
  });

  it('changes nothing more the second time', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[/, a-b*]*$/));
    fc.assert(
      fc.property(text, text, text, fc.integer(), (path, keys, rule, size) => {
        const once = normalise({
          ...defaults,
          base_path: path,
          api_keys: keys,
          ip_allow_regex: rule,
          host: keys,
          log_level: rule,
          supertokens_saas_load_only_cud: keys,
          argon2_hashing_pool_size: size,
        });
        expect(normalise(once)).to.deep.equal(once);
      }),
    );
  });
});

describe('withDerivedValues', () => {
  it('gives the SAML entity id and the URL the OAuth provider knows itself by', () => {
    const config = withDerivedValues(baseWith({ oauth_provider_public_service_url: 'http://o.test' }), {
      testMode: false,
    });
    expect(config.saml_sp_entity_id).to.equal('https://saml.supertokens.com');
    expect(config.oauth_provider_url_configured_in_oauth_provider).to.equal('http://o.test');
    expect(config.oauth_client_secret_encryption_key).to.equal(null);
  });

  it('gives local OAuth settings in test mode only, and only where none are set', () => {
    const own = baseWith({ oauth_client_secret_encryption_key: 'mine' });
    const normal = withDerivedValues(own, { testMode: false });
    expect(normal.oauth_provider_consent_login_base_url).to.equal(null);
    expect(normal.oauth_provider_url_configured_in_oauth_provider).to.equal(null);
    const test = withDerivedValues(own, { testMode: true });
    expect(test.oauth_provider_consent_login_base_url).to.equal('http://localhost:3001/auth');
    expect(test.oauth_provider_url_configured_in_oauth_provider).to.equal(test.oauth_provider_public_service_url);
    expect(test.oauth_client_secret_encryption_key).to.equal('mine');
  });
});
