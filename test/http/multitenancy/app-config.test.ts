import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { APP, CORE_CONFIG, expectOk, expectRefused, notFoundText, TEN } from './paths.js';

describe('apps with a config of their own (00-conventions.md 20)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const putApp = (appId: string, coreConfig: object) => cdi.put(`${APP}/v2`, { appId, coreConfig });

  it('case 15: the highest CDI version of an app bounds what is listed and asked for', async () => {
    await putApp('a2', { supertokens_max_cdi_version: '5.1' });
    await cdi.at('/appid-a2').put(`${TEN}/v2`, { tenantId: 't', firstFactors: ['custom'] });
    const { json } = await cdi.get('/appid-a2/apiversion');
    expect(json).to.deep.equal({ versions: ['3.0', '3.1', '4.0', '5.0', '5.1'] });
    for (const place of ['/appid-a2', '/appid-a2/t']) {
      expectRefused(await cdi.at(place).get(`${TEN}/v2`, '5.4'), 400, 'cdi-version 5.4 not supported');
      expect((await cdi.at(place).get(`${TEN}/v2`)).status).to.equal(200);
    }
    const signedUp = await cdi.at('/appid-a2/t').post('/recipe/signup', { email: 'a@x.test', password: 'p' });
    expect(signedUp.json.user, 'webauthn came with 5.3').not.to.have.property('webauthn');
  });

  it('case 16: the lowest CDI version of an app bounds headers, not the listing', async () => {
    await putApp('min', { supertokens_min_cdi_version: '5.0' });
    const app = cdi.at('/appid-min');
    const tooLow = 'cdi-version 4.0 is lower than the minimum allowed version 5.0';
    expectRefused(await app.get(`${TEN}/v2`, '4.0'), 400, tooLow);
    for (const version of ['5.0', '5.4', undefined]) expect((await app.get(`${TEN}/v2`, version)).status).to.equal(200);
    expect((await app.get('/apiversion')).json.versions).to.include('3.0');
  });

  it('case 29: a tenant may allow addresses of its own', async () => {
    await putApp('a1', {});
    await cdi.at('/appid-a1').put(`${TEN}/v2`, { tenantId: 't1' });
    await cdi.put(`${TEN}/v2`, { tenantId: 't1', coreConfig: { ip_allow_regex: '10\\.0\\.0\\.1' } });
    expectRefused(await cdi.get('/t1/hello'), 403, 'IP address not allowed');
    expect((await cdi.get('/hello')).status).to.equal(200);
    expect((await cdi.get('/appid-a1/t1/hello')).status).to.equal(200);
  });

  it('case 30: what is denied stays denied, allowed or not', async () => {
    const loopback = '127\\.\\d+\\.\\d+\\.\\d+|::1|::ffff:127\\.0\\.0\\.1';
    await putApp('denied', { ip_deny_regex: loopback, ip_allow_regex: loopback });
    for (const path of ['/hello', '/', `${TEN}/v2`, '/apiversion']) {
      expectRefused(await cdi.get(`/appid-denied${path}`), 403, 'IP address not allowed');
    }
  });

  it('case 51: test mode takes intervals below the rule', async () => {
    const name = 'access_token_dynamic_signing_key_update_interval';
    expectOk(await putApp('quick-keys', { [name]: '0.001' }), { createdNew: true });
  });

  it('case 58: numbers may come as text, base options may not come, and an app may be removed that never was', async () => {
    const lifetimes = { access_token_validity: '7200', refresh_token_validity: '720' };
    expectOk(await putApp('case58', lifetimes), { createdNew: true });
    const baseOnly = "Invalid core config: base_path can only be set via the core's base config setting";
    expectRefused(await putApp('case58', { base_path: '/x' }), 400, baseOnly);
    expectOk(await cdi.post(`${APP}/remove`, { appId: 'no-such-app' }), { didExist: false });
  });
});

describe('overrides outside test mode and with API keys (00-conventions.md 20)', () => {
  const BASE_KEY = 'base-key-of-twenty-characters';
  const APP_KEY = 'app-key-of-twenty-characters';
  const asBase = { 'api-key': BASE_KEY };
  const asApp = { 'api-key': APP_KEY };
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals({ env: { API_KEYS: BASE_KEY, ANNALS_TEST_MODE: 'false' } });
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const putApp = (appId: string, coreConfig: object) =>
    cdi.call('PUT', `${APP}/v2`, { body: { appId, coreConfig }, headers: asBase });

  it('case 22: an app with keys of its own knows no others', async () => {
    await putApp('a3', { api_keys: APP_KEY });
    const users = (place: string, headers: Record<string, string>) =>
      cdi.call('GET', `${place}${CORE_CONFIG}`, { headers });
    expectRefused(await users('/appid-a3', asBase), 401, 'Invalid API key');
    expect((await users('/appid-a3', asApp)).status).to.equal(200);
    expectRefused(await users('/appid-a3/ghost', asApp), 400, notFoundText('', 'a3', 'ghost'));
    expectRefused(await users('/appid-a3/ghost', {}), 401, 'Invalid API key');
  });

  it('case 51: outside test mode an interval below an hour is refused', async () => {
    const name = 'access_token_dynamic_signing_key_update_interval';
    expectRefused(
      await putApp('quick-keys', { [name]: '0.001' }),
      400,
      `Invalid core config: '${name}' must be greater than, equal to 1 hour.`,
    );
  });

  it('multitenancy case 26: outside test mode sessions outlive access tokens', async () => {
    expectRefused(
      await putApp('short', { access_token_validity: 3600, refresh_token_validity: 3 }),
      400,
      "Invalid core config: 'refresh_token_validity' must be strictly greater than 'access_token_validity'.",
    );
  });
});
