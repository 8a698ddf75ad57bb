import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { APP, CORE_CONFIG, expectOk, expectRefused, notFoundText, TEN } from './paths.js';

const DIFFERENT = 'You cannot set different values for access_token_validity for the same appId';
const LISTED_MEMBERS = [
  ...['key', 'valueType', 'value', 'description', 'isDifferentAcrossTenants', 'possibleValues', 'isNullable'],
  ...['defaultValue', 'isPluginProperty', 'isPluginPropertyEditable'],
];

describe('core config overrides (10-multitenancy.md 6, 11)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const putApp = (appId: string, coreConfig: object) => cdi.put(`${APP}/v2`, { appId, coreConfig });
  const overrides = async (appId: string) => (await cdi.at(`/appid-${appId}`).get(`${TEN}/v2`)).json.coreConfig;

  async function listedValue(place: string, key: string): Promise<unknown> {
    const { json } = await cdi.at(place).get(CORE_CONFIG);
    return json.config.find((option: { key: string }) => option.key === key).value;
  }

  it('case 25: overrides are merged key by key, and null removes one', async () => {
    await putApp('k1', { email_verification_token_lifetime: 2000 });
    await putApp('k1', { password_reset_token_lifetime: 5000 });
    expect(await overrides('k1')).to.deep.equal({
      email_verification_token_lifetime: 2000,
      password_reset_token_lifetime: 5000,
    });
    expectOk(await putApp('k1', { email_verification_token_lifetime: null }), { createdNew: false });
    expect(await overrides('k1')).to.deep.equal({ password_reset_token_lifetime: 5000 });
  });

  it('case 26: names, levels and types of options are checked', async () => {
    const cases: [object, string][] = [
      [{ foo: 1 }, 'Invalid config key: foo'],
      [{ port: 1 }, "port can only be set via the core's base config setting"],
      [{ access_token_validity: 'abcd' }, "'access_token_validity' must be of type long"],
      [{ disable_telemetry: 'abcd' }, "'disable_telemetry' must be of type boolean"],
    ];
    for (const [coreConfig, text] of cases) {
      expectRefused(await putApp('case26', coreConfig), 400, `Invalid core config: ${text}`);
    }
    expectOk(await putApp('case26', { access_token_validity: 3600, refresh_token_validity: 3 }), { createdNew: true });
    expectRefused(await putApp('case26', []), 400, "Field name 'coreConfig' is invalid in JSON input");
  });

  it('case 27: the base tenant has no overrides', async () => {
    const put = (coreConfig: object) => cdi.put(`${TEN}/v2`, { tenantId: 'public', coreConfig });
    expectRefused(await put({ totp_max_attempts: 3 }), 400, 'Cannot modify base config');
    expectOk(await put({}), { createdNew: false });
  });

  it('case 28: an app-wide option has one value in all tenants of the app', async () => {
    await putApp('k2', { access_token_validity: 100 });
    const app = cdi.at('/appid-k2');
    const putTenant = (coreConfig: object) => app.put(`${TEN}/v2`, { tenantId: 't', coreConfig });
    expectRefused(await putTenant({ access_token_validity: 200 }), 400, `Invalid core config: ${DIFFERENT}`);
    expectOk(await putTenant({}), { createdNew: true });
    expectOk(await putApp('k2', { access_token_validity: 300 }), { createdNew: false });
    for (const place of ['/appid-k2', '/appid-k2/t']) {
      expect(await listedValue(place, 'access_token_validity')).to.equal(300);
    }
    await putApp('k2', { access_token_validity: 100 });
    expectOk(await putTenant({ access_token_validity: 100 }), { createdNew: false });
    expectRefused(await putApp('k2', { access_token_validity: 300 }), 400, `Invalid core config: ${DIFFERENT}`);
  });

  it('case 29: an app may have API keys of its own', async () => {
    await putApp('k3', { api_keys: 'app-key-of-twenty-characters' });
    const list = () => cdi.get(`/appid-k3${TEN}/list/v2`);
    expectRefused(await list(), 401, 'Invalid API key');
    const headers = { 'api-key': 'app-key-of-twenty-characters' };
    expect((await cdi.call('GET', `/appid-k3${TEN}/list/v2`, { headers })).status).to.equal(200);
    expectOk(await putApp('k3', { api_keys: null }), { createdNew: false });
    expect((await list()).status).to.equal(200);
  });

  it('case 30: a tenant option holds for its tenant alone', async () => {
    await putApp('case30', {});
    await cdi.at('/appid-case30').put(`${TEN}/v2`, { tenantId: 't', coreConfig: { totp_max_attempts: 3 } });
    expect(await listedValue('/appid-case30/t', 'totp_max_attempts')).to.equal(3);
    expect(await listedValue('/appid-case30', 'totp_max_attempts')).to.equal(5);
  });

  it('case 52: the listing shows ten members of each option, and no base or key option', async () => {
    const { json } = await cdi.get(CORE_CONFIG);
    expect(json.status).to.equal('OK');
    const keys = json.config.map((option: { key: string }) => option.key);
    for (const option of json.config) expect(option).to.have.all.keys(LISTED_MEMBERS);
    expect(keys).to.include('access_token_validity').and.not.include('port');
    expect(keys).not.to.include('api_keys');
    const hashing = json.config.find((option: { key: string }) => option.key === 'password_hashing_alg');
    expect(hashing.possibleValues).to.have.members(['ARGON2', 'BCRYPT']);
    expectRefused(await cdi.at('/ghost').get(CORE_CONFIG), 400, notFoundText('', 'public', 'ghost'));
  });

  it('case 56: an override is kept as sent and read as its type', async () => {
    expectOk(await putApp('k4', { access_token_validity: '2' }), { createdNew: true });
    expect(await overrides('k4')).to.deep.equal({ access_token_validity: '2' });
    expect(await listedValue('/appid-k4', 'access_token_validity')).to.equal(2);
  });

  it('case 57: null for an option that is not overridden is checked, and does nothing', async () => {
    await putApp('case57', { access_token_validity: '2' });
    const refused = (text: string) => `Invalid core config: ${text}`;
    expectRefused(await putApp('case57', { foo: null }), 400, refused('Invalid config key: foo'));
    expectRefused(
      await putApp('case57', { port: null }),
      400,
      refused("port can only be set via the core's base config setting"),
    );
    expectOk(await putApp('case57', { totp_max_attempts: null }), { createdNew: false });
    expect(await overrides('case57')).to.deep.equal({ access_token_validity: '2' });
  });

  it('concurrent overrides of different options both survive', async () => {
    await putApp('both', {});
    const options = [
      'totp_max_attempts',
      'passwordless_code_lifetime',
      'saml_claims_validity',
      'totp_rate_limit_cooldown_sec',
    ];
    await Promise.all(options.map((name) => putApp('both', { [name]: 7 })));
    expect(await overrides('both')).to.have.all.keys(options);
  });
});
