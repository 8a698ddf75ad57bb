import { expect } from 'chai';
import type { Overrides } from '../../../domain/config/effective-config.js';
import { checkOverrides, mergeOverrides, type OverridesChange } from '../../../domain/config/overrides.js';
import { API_KEY, baseWith, OTHER_API_KEY, SAAS_SECRET } from './base.js';

type Rows = Readonly<Record<string, Overrides>>;

/** Changes the row `target` of an app whose tenants hold `rows`. */
function change(requested: Readonly<Record<string, unknown>>, rows: Rows = {}, rest: Partial<OverridesChange> = {}) {
  return checkOverrides({
    base: baseWith(),
    cud: {},
    tenants: new Map(Object.entries({ public: {}, ...rows })),
    target: 'public',
    requested,
    secretMissing: false,
    testMode: false,
    ...rest,
  });
}

function refused(text: string) {
  return { status: 'BAD_INPUT', message: `Invalid core config: ${text}` };
}

const INTERVAL = 'access_token_dynamic_signing_key_update_interval';
const INTERVAL_ALIAS = 'access_token_signing_key_update_interval';
const INTERVAL_TEXT = `'${INTERVAL}' must be greater than, equal to 1 hour.`;
const DIFFERENT_VALIDITY = refused('You cannot set different values for access_token_validity for the same appId');
const NO_VERSION =
  "'core_config_version' is not set in the config.yaml file. Please redownload and install SuperTokens";

describe('mergeOverrides (10-multitenancy.md 6.2)', () => {
  it('case 25: sets, keeps and removes key by key', () => {
    const first = mergeOverrides<unknown>({}, { email_verification_token_lifetime: 2000 });
    const both = mergeOverrides(first, { password_reset_token_lifetime: 5000 });
    expect(both).to.deep.equal({ email_verification_token_lifetime: 2000, password_reset_token_lifetime: 5000 });
    expect(mergeOverrides(both, { email_verification_token_lifetime: null })).to.deep.equal({
      password_reset_token_lifetime: 5000,
    });
    expect(mergeOverrides(both, {})).to.deep.equal(both);
  });

  it('M3: removing what is not there stores nothing', () => {
    expect(mergeOverrides<unknown>({}, { totp_max_attempts: null })).to.deep.equal({});
  });

  it('W16: setting or removing an option by one name drops the other', () => {
    expect(mergeOverrides<unknown>({ [INTERVAL]: 5 }, { [INTERVAL_ALIAS]: '6' })).to.deep.equal({
      [INTERVAL_ALIAS]: '6',
    });
    expect(mergeOverrides<unknown>({ [INTERVAL_ALIAS]: 5 }, { [INTERVAL]: null })).to.deep.equal({});
    expect(mergeOverrides<unknown>({}, { [INTERVAL_ALIAS]: 5, [INTERVAL]: 6 })).to.deep.equal({ [INTERVAL]: 6 });
  });

  it('is not fooled by names that objects inherit', () => {
    const requested = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}');
    const merged = mergeOverrides<unknown>({}, requested);
    expect(Object.keys(merged)).to.deep.equal(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(merged)).to.equal(Object.prototype);
  });
});

describe('checkOverrides (10-multitenancy.md 6.3)', () => {
  it('case 25: says what the row holds afterwards', () => {
    expect(change({ totp_max_attempts: '3' }, { public: { access_token_validity: 2 } })).to.deep.equal({
      status: 'OK',
      value: { access_token_validity: 2, totp_max_attempts: '3' },
    });
  });

  it('case 26: refuses unknown names, B-level options, wrong types and values', () => {
    expect(change({ foo: 1 })).to.deep.equal(refused('Invalid config key: foo'));
    expect(change({ port: 1 })).to.deep.equal(refused("port can only be set via the core's base config setting"));
    expect(change({ access_token_validity: 'abcd' })).to.deep.equal(
      refused("'access_token_validity' must be of type long"),
    );
    expect(change({ disable_telemetry: 'abcd' })).to.deep.equal(refused("'disable_telemetry' must be of type boolean"));
    const values = { access_token_validity: 3600, refresh_token_validity: 3 };
    expect(change(values)).to.deep.equal(
      refused("'refresh_token_validity' must be strictly greater than 'access_token_validity'."),
    );
    expect(change(values, {}, { testMode: true })).to.deep.equal({ status: 'OK', value: values });
  });

  it('case 28: a tenant has to agree with its app on an A-level option', () => {
    const rows = { public: { access_token_validity: 100 }, t: {} };
    const target = { target: 't' };
    expect(change({ access_token_validity: 200 }, rows, target)).to.deep.equal(DIFFERENT_VALIDITY);
    expect(change({ access_token_validity: 100 }, rows, target).status).to.equal('OK');
    expect(change({ totp_max_attempts: 1 }, rows, target).status).to.equal('OK');
    expect(change({ access_token_validity: 300 }, rows).status).to.equal('OK');
    expect(change({ access_token_validity: 300 }, { ...rows, t: { access_token_validity: 100 } })).to.deep.equal(
      DIFFERENT_VALIDITY,
    );
  });

  it('M2: looks at every tenant, all rows being as after the change', () => {
    const rows = { public: { access_token_validity: 100 }, a: {}, b: { access_token_validity: '300' } };
    expect(change({ access_token_validity: 300 }, rows).status).to.equal('OK');
    expect(change({ access_token_validity: null }, rows)).to.deep.equal(DIFFERENT_VALIDITY);
    expect(change({ access_token_validity: 1 }, {}, { target: 'new' })).to.deep.equal(DIFFERENT_VALIDITY);
    expect(change({ access_token_validity: 50 }, { t: { access_token_validity: 50 } }, { target: 't' })).to.deep.equal(
      DIFFERENT_VALIDITY,
    );
  });

  it('compares with what the app inherits from its CUD and the base config', () => {
    const target = { target: 't', cud: { access_token_validity: 70 } };
    expect(change({ access_token_validity: '70' }, {}, target).status).to.equal('OK');
    expect(change({ access_token_validity: 3600 }, {}, target)).to.deep.equal(DIFFERENT_VALIDITY);
    expect(change({ access_token_validity: 3600 }, {}, { target: 't' }).status).to.equal('OK');
  });

  it('case 29, M2: api_keys can be taken back from an app that has tenants', () => {
    expect(change({ api_keys: null }, { public: { api_keys: API_KEY }, t: {} })).to.deep.equal({
      status: 'OK',
      value: {},
    });
  });

  it('M18: compares normalised values, enums in any case and keys in any order', () => {
    const target = { target: 't' };
    const rows = { public: { password_hashing_alg: 'argon2', api_keys: `${API_KEY},${OTHER_API_KEY}` } };
    expect(change({ password_hashing_alg: 'ARGON2' }, rows, target).status).to.equal('OK');
    expect(change({ api_keys: ` ${OTHER_API_KEY} , ${API_KEY}` }, rows, target).status).to.equal('OK');
    expect(change({ password_hashing_alg: 'BCRYPT' }, rows, target)).to.deep.equal(
      refused('You cannot set different values for password_hashing_alg for the same appId'),
    );
  });

  it('case 30: a T-level option is free per tenant', () => {
    const rows = { public: { totp_max_attempts: 5 }, u: { totp_max_attempts: 9 } };
    expect(change({ totp_max_attempts: 3 }, rows, { target: 't' }).status).to.equal('OK');
  });

  it('case 51: a signing interval of 0.001 h is for test mode, under either name (W16)', () => {
    for (const name of [INTERVAL, INTERVAL_ALIAS]) {
      expect(change({ [name]: '0.001' })).to.deep.equal(refused(INTERVAL_TEXT));
      expect(change({ [name]: '0.001' }, {}, { testMode: true })).to.deep.equal({
        status: 'OK',
        value: { [name]: '0.001' },
      });
    }
  });

  it('case 56: keeps values as they were sent', () => {
    expect(change({ access_token_validity: '2' })).to.deep.equal({
      status: 'OK',
      value: { access_token_validity: '2' },
    });
  });

  it('case 57: null does not excuse an unknown or a B-level name, and changes nothing of others', () => {
    expect(change({ foo: null })).to.deep.equal(refused('Invalid config key: foo'));
    expect(change({ port: null })).to.deep.equal(refused("port can only be set via the core's base config setting"));
    const rows = { public: { access_token_validity: 5 } };
    expect(change({ totp_max_attempts: null }, rows)).to.deep.equal({ status: 'OK', value: rows.public });
  });

  it('case 58: refuses base_path, in test mode as well', () => {
    expect(change({ base_path: '/x' }, {}, { testMode: true })).to.deep.equal(
      refused("base_path can only be set via the core's base config setting"),
    );
  });

  it('M11: internal and inherited names are no options', () => {
    for (const name of ['logDefault', 'isNormalizedAndValid', 'allowedLogLevels', 'constructor', 'toString']) {
      expect(change({ [name]: 'x' })).to.deep.equal(refused(`Invalid config key: ${name}`));
    }
    expect(change(JSON.parse('{"__proto__":{}}'))).to.deep.equal(refused('Invalid config key: __proto__'));
  });

  it('M12: a string option takes scalars only', () => {
    expect(change({ api_keys: {} })).to.deep.equal(refused("'api_keys' must be of type String"));
    expect(change({ password_hashing_alg: ['ARGON2'] })).to.deep.equal(
      refused("'password_hashing_alg' must be of type String"),
    );
    expect(change({ postgresql_host: [] })).to.deep.equal(refused("'postgresql_host' must be of type String"));
  });

  it('W17: core_config_version can be neither unset nor -1, but an override of it can be removed', () => {
    expect(change({ core_config_version: null })).to.deep.equal(refused(NO_VERSION));
    expect(change({ core_config_version: -1 })).to.deep.equal(refused(NO_VERSION));
    expect(change({ core_config_version: 0 }).status).to.equal('OK');
    expect(change({ core_config_version: null }, { public: { core_config_version: 0 } }).status).to.equal('OK');
  });

  it('accepts and type-checks storage options, which are free per tenant', () => {
    const row = { postgresql_host: 'db', postgresql_session_info_table_name: 's', migration_mode: 'x' };
    expect(change(row, { t: { postgresql_host: 'other' } })).to.deep.equal({ status: 'OK', value: row });
    expect(change({ postgresql_port: 'x' })).to.deep.equal(refused("'postgresql_port' must be of type int"));
    expect(change({ postgresql_nonsense: 1 })).to.deep.equal(refused('Invalid config key: postgresql_nonsense'));
  });

  it('answers in the order of the table: name, protection, storage, types, values, conflict, level', () => {
    const wrong = {
      foo: 1,
      ip_deny_regex: 'x',
      postgresql_port: '1',
      postgresql_idle_connection_timeout: 'x',
      totp_max_attempts: 'x',
      passwordless_code_lifetime: 0,
      access_token_validity: 5,
      port: 1,
    };
    const steps: ReadonlyArray<readonly [fixed: Partial<Record<keyof typeof wrong, unknown>>, message: string]> = [
      [{}, 'Invalid core config: Invalid config key: foo'],
      [{ foo: undefined }, 'Not allowed to modify DB related configs.'],
      [
        { postgresql_port: undefined, postgresql_idle_connection_timeout: undefined },
        'Not allowed to modify protected configs.',
      ],
      [
        { ip_deny_regex: undefined, postgresql_idle_connection_timeout: 'x' },
        'Not allowed to modify DB related configs.',
      ],
      [
        { postgresql_idle_connection_timeout: undefined },
        "Invalid core config: 'totp_max_attempts' must be of type int",
      ],
      [{ totp_max_attempts: 1 }, "Invalid core config: 'passwordless_code_lifetime' must be > 0"],
      [{ passwordless_code_lifetime: 1 }, DIFFERENT_VALIDITY.message],
      [{ access_token_validity: 9 }, "Invalid core config: port can only be set via the core's base config setting"],
    ];
    let request: Record<string, unknown> = wrong;
    const answer = (secretMissing: boolean) =>
      change(request, { public: { access_token_validity: 9 } }, { target: 't', secretMissing });
    for (const [fixed, message] of steps) {
      request = Object.fromEntries(Object.entries({ ...request, ...fixed }).filter(([, value]) => value !== undefined));
      expect(answer(true)).to.deep.include({ message });
    }
    request = { ...wrong, foo: null };
    expect(answer(false)).to.deep.include({ message: 'Invalid core config: Invalid config key: foo' });
    request = { totp_max_attempts: 'x', postgresql_idle_connection_timeout: 'x' };
    expect(answer(false)).to.deep.equal(refused("'postgresql_idle_connection_timeout' must be of type long"));
  });

  it('is silent about stored overrides when the request names none', () => {
    const rows = { public: { totp_max_attempts: 0 } };
    expect(change({}, rows)).to.deep.equal({ status: 'OK', value: rows.public });
    expect(change({ totp_max_attempts: null }, rows).status).to.equal('OK');
  });

  it('case 31: only the bearer of the SaaS secret changes protected options', () => {
    const base = baseWith({ api_keys: API_KEY, supertokens_saas_secret: SAAS_SECRET });
    const locked = { base, secretMissing: true };
    const forbidden = { status: 'FORBIDDEN', message: 'Not allowed to modify protected configs.' };
    expect(change({ ip_deny_regex: '10\\..*' }, {}, locked)).to.deep.equal(forbidden);
    expect(change({ ip_deny_regex: '10\\..*' }, {}, { base }).status).to.equal('OK');
    const rows = { public: { ip_deny_regex: '10\\..*' } };
    expect(change({ totp_max_attempts: 2 }, rows, locked).status).to.equal('OK');
    expect(change({ ip_deny_regex: '10\\..*' }, rows, locked).status).to.equal('OK');
    expect(change({ ip_deny_regex: null }, rows, locked), 'M17').to.deep.equal(forbidden);
    expect(change({ ip_allow_regex: null }, rows, locked).status).to.equal('OK');
    expect(change({ postgresql_host: 'x', ip_deny_regex: 'x' }, rows, locked)).to.deep.equal({
      status: 'FORBIDDEN',
      message: 'Not allowed to modify DB related configs.',
    });
    expect(change({ postgresql_port: '7' }, { public: { postgresql_port: 7 } }, locked).status).to.equal('OK');
  });
});
