import { expect } from 'chai';
import type { ConfigDraft } from '../../../domain/config/options.js';
import { validate } from '../../../domain/config/validate.js';
import { API_KEY, defaults, SAAS_SECRET } from './base.js';

const PATH = '/etc/annals/config.yaml';
const IN_FILE = ` The config file can be found here: ${PATH}`;

function problem(values: Partial<ConfigDraft>, { testMode = false, configPath = '' } = {}): string | undefined {
  return validate({ ...defaults, ...values }, { testMode, configPath: configPath || undefined });
}

type Row = readonly [no: number, values: Partial<ConfigDraft>, text: string];

const NO_VERSION =
  "'core_config_version' is not set in the config.yaml file. Please redownload and install SuperTokens";
const SHORT_KEY = 'One of the API keys is too short. Please use at least 20 characters';
const BAD_KEY = "Invalid characters in API key. Please only use '=', '-' and alpha-numeric (including capitals)";
const GRACE = "'refresh_token_rotation_grace_period' must be between 0 and 300 seconds inclusive.";
const JITTER = "'access_token_validity_jitter' must be between 0 and 0.25 inclusive.";
const VALIDITY = "'access_token_validity' must be between 1 and 86400000 seconds inclusive.";
const REFRESH = "'refresh_token_validity' must be strictly greater than 'access_token_validity'.";
const INTERVAL = "'access_token_dynamic_signing_key_update_interval' must be greater than, equal to 1 hour.";
const SECRET = 'supertokens_saas_secret';
const BAD_SECRET = `Invalid characters in ${SECRET} key. Please only use '=', '-' and alpha-numeric (including capitals)`;
const ALL_OR_NONE =
  'If any of the following is set, all of them has to be set: oauth_provider_public_service_url, ' +
  'oauth_provider_admin_service_url, oauth_provider_consent_login_base_url';
const LOG_LEVEL = '\'log_level\' config must be one of "NONE","DEBUG", "INFO", "WARN" or "ERROR".';
const argon = { password_hashing_alg: 'argon2' };
const oauth = {
  oauth_provider_public_service_url: 'http://o.test',
  oauth_provider_admin_service_url: 'https://o.test:4445/x',
  oauth_provider_consent_login_base_url: 'http://localhost:3001/auth',
};

const inFile: readonly Row[] = [
  [2, { access_token_validity: 0 }, VALIDITY],
  [2, { access_token_validity: 86_400_001, refresh_token_validity: 1e9 }, VALIDITY],
  [3, { access_token_validity: 3600, refresh_token_validity: 1 }, REFRESH],
  [3, { access_token_validity: 3600, refresh_token_validity: 60 }, REFRESH],
  [4, { access_token_dynamic_signing_key_update_interval: 0.99 }, INTERVAL],
  [5, { refresh_token_rotation_grace_period: -1 }, GRACE],
  [5, { refresh_token_rotation_grace_period: 301 }, GRACE],
  [6, { access_token_validity_jitter: -0.01 }, JITTER],
  [6, { access_token_validity_jitter: 0.26 }, JITTER],
  [10, { max_server_pool_size: 0 }, "'max_server_pool_size' must be >= 1."],
];

const plain: readonly Row[] = [
  [1, { core_config_version: -1 }, NO_VERSION],
  [7, { password_reset_token_lifetime: 0 }, "'password_reset_token_lifetime' must be >= 0"],
  [8, { email_verification_token_lifetime: 0 }, "'email_verification_token_lifetime' must be >= 0"],
  [9, { passwordless_code_lifetime: 0 }, "'passwordless_code_lifetime' must be > 0"],
  [9, { passwordless_max_code_input_attempts: 0 }, "'passwordless_max_code_input_attempts' must be > 0"],
  [9, { totp_max_attempts: 0 }, "'totp_max_attempts' must be > 0"],
  [9, { totp_rate_limit_cooldown_sec: -1 }, "'totp_rate_limit_cooldown_sec' must be > 0"],
  [11, { api_keys: 'abc' }, SHORT_KEY],
  [11, { api_keys: `${API_KEY},x` }, SHORT_KEY],
  [11, { api_keys: '' }, SHORT_KEY],
  [11, { api_keys: ',' }, SHORT_KEY],
  [11, { api_keys: 'abcdefghij#klmnopqrstuv' }, BAD_KEY],
  [11, { api_keys: 'abcdefghij klmnopqrstuv' }, BAD_KEY],
  [12, { supertokens_saas_secret: 'x' }, `${SECRET} can only be used when api_key is also defined`],
  [
    12,
    { api_keys: API_KEY, supertokens_saas_secret: 's'.repeat(39) },
    `${SECRET} is too short. Please use at least 40 characters`,
  ],
  [12, { api_keys: API_KEY, supertokens_saas_secret: `${SAAS_SECRET}_` }, BAD_SECRET],
  [13, { password_hashing_alg: 'MD5' }, "'password_hashing_alg' must be one of 'ARGON2' or 'BCRYPT'"],
  [14, { ...argon, argon2_iterations: 0 }, "'argon2_iterations' must be >= 1"],
  [14, { ...argon, argon2_parallelism: 0 }, "'argon2_parallelism' must be >= 1"],
  [14, { ...argon, argon2_memory_kb: 0 }, "'argon2_memory_kb' must be >= 1"],
  [14, { ...argon, argon2_hashing_pool_size: 0 }, "'argon2_hashing_pool_size' must be >= 1"],
  [14, { ...argon, argon2_hashing_pool_size: 11 }, "'argon2_hashing_pool_size' must be <= 'max_server_pool_size'"],
  [14, { bcrypt_log_rounds: 0 }, "'bcrypt_log_rounds' must be >= 1"],
  [15, { base_path: '/some path' }, 'Invalid characters in base_path config'],
  [16, { log_level: 'LOUD' }, LOG_LEVEL],
  [17, { ip_allow_regex: '*' }, 'Provided regular expression is invalid for ip_allow_regex config'],
  [17, { ip_deny_regex: 'a)|(b' }, 'Provided regular expression is invalid for ip_deny_regex config'],
  [17, { ip_deny_regex: 'a'.repeat(2001) }, 'Provided regular expression is invalid for ip_deny_regex config'],
  [18, { supertokens_max_cdi_version: '5.x' }, 'supertokens_max_cdi_version is not a valid semantic version'],
  [18, { supertokens_max_cdi_version: '5.4.0' }, 'supertokens_max_cdi_version is not a supported version'],
  [18, { supertokens_min_cdi_version: '5..1' }, 'supertokens_min_cdi_version is not a valid semantic version'],
  [18, { supertokens_min_cdi_version: '2.21' }, 'supertokens_min_cdi_version is not a supported version'],
  [
    18,
    { supertokens_min_cdi_version: '5.4', supertokens_max_cdi_version: '5.3' },
    'supertokens_min_cdi_version cannot be greater than supertokens_max_cdi_version',
  ],
  [19, { bulk_migration_parallelism: 0 }, 'Provided bulk_migration_parallelism must be >= 1'],
  [19, { bulk_migration_batch_size: 0 }, 'Provided bulk_migration_batch_size must be >= 1'],
  [19, { webauthn_recover_account_token_lifetime: 0 }, 'Provided webauthn_recover_account_token_lifetime must be > 0'],
  [
    20,
    { recent_token_reuse_behaviour: 'IGNORE' },
    'recent_token_reuse_behaviour property is not set correctly. It must be one of [TOKEN_THEFT, UNAUTHORISED]',
  ],
  [21, { supertokens_saas_load_only_cud: 'http://c.test' }, 'supertokens_saas_load_only_cud is invalid'],
  [21, { supertokens_saas_load_only_cud: 'c.test:' }, 'supertokens_saas_load_only_cud is invalid'],
  [
    22,
    { ...oauth, oauth_provider_admin_service_url: 'nowhere' },
    'oauth_provider_admin_service_url is not a valid URL',
  ],
  [
    22,
    { ...oauth, oauth_provider_url_configured_in_oauth_provider: 'ftp://x' },
    'oauth_provider_url_configured_in_oauth_provider is not a valid URL',
  ],
  [22, { ...oauth, oauth_provider_admin_service_url: null }, ALL_OR_NONE],
];

describe('validate (00-conventions.md 14.4)', () => {
  it('finds nothing wrong with the built-in defaults', () => {
    expect(problem({})).to.equal(undefined);
  });

  for (const [no, values, text] of inFile) {
    it(`no. ${no}: ${JSON.stringify(values)} -> ${text}`, () => {
      expect(problem(values)).to.equal(text);
      expect(problem(values, { configPath: PATH })).to.equal(text + IN_FILE);
    });
  }

  for (const [no, values, text] of plain) {
    const shown = JSON.stringify(values).slice(0, 100);
    it(`no. ${no}: ${shown} -> ${text}, with or without a file`, () => {
      expect(problem(values)).to.equal(text);
      expect(problem(values, { configPath: PATH })).to.equal(text);
    });
  }

  it('reports what comes first in the order of the table, whatever else is wrong', () => {
    const order: readonly Row[] = [...inFile, ...plain]
      .filter(([no], index, all) => all.findIndex(([other]) => other === no) === index)
      .toSorted(([a], [b]) => a - b);
    expect(order.map(([no]) => no)).to.deep.equal(Array.from({ length: 22 }, (_, index) => index + 1));
    for (let index = 0; index + 1 < order.length; index++) {
      const wrong: Partial<ConfigDraft> = {};
      for (const [, values] of order.slice(index).toReversed()) Object.assign(wrong, values);
      expect(problem(wrong)).to.equal(order[index]?.[2]);
    }
  });

  it('leaves nos. 3, 4 and 5 out in test mode, and no other', () => {
    for (const [no, values, text] of [...inFile, ...plain]) {
      const expected = no >= 3 && no <= 5 ? undefined : text;
      expect(problem(values, { testMode: true }), JSON.stringify(values)).to.equal(expected);
    }
  });

  it('accepts the bounds themselves', () => {
    const bounds: Partial<ConfigDraft>[] = [
      { access_token_validity: 1 },
      { access_token_validity: 86_400_000, refresh_token_validity: 1_440_000.1 },
      { access_token_dynamic_signing_key_update_interval: 1 },
      { refresh_token_rotation_grace_period: 0 },
      { refresh_token_rotation_grace_period: 300 },
      { access_token_validity_jitter: 0 },
      { access_token_validity_jitter: 0.25 },
      { supertokens_min_cdi_version: '5.4', supertokens_max_cdi_version: '5.4' },
      { api_keys: API_KEY, supertokens_saas_secret: SAAS_SECRET },
      { api_keys: 'k'.repeat(20) },
      { ...argon, argon2_hashing_pool_size: 10 },
    ];
    for (const values of bounds) expect(problem(values), JSON.stringify(values)).to.equal(undefined);
  });

  it('asks of a hashing algorithm only while it is the chosen one', () => {
    expect(problem({ argon2_iterations: 0, argon2_hashing_pool_size: 0 })).to.equal(undefined);
    expect(problem({ ...argon, bcrypt_log_rounds: 0 })).to.equal(undefined);
  });

  it('takes enums in any case and with white space around them', () => {
    const values = {
      log_level: ' debug',
      recent_token_reuse_behaviour: 'unauthorised ',
      password_hashing_alg: 'bCrypt',
    };
    expect(problem(values)).to.equal(undefined);
  });

  it('case 31: a blank IP rule is none', () => {
    expect(problem({ ip_allow_regex: '  ', ip_deny_regex: '' })).to.equal(undefined);
  });

  it('case 18: keys may have white space around them, and the list a comma at its end', () => {
    expect(problem({ api_keys: ` ${API_KEY} , ${'x'.repeat(20)} ` })).to.equal(undefined);
    expect(problem({ api_keys: `${API_KEY},` })).to.equal(undefined);
  });
});
