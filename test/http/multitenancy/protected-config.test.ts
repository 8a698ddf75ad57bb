import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { hostedClient } from '../../support/raw-http.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { APP, CORE_CONFIG, CUD, expectOk, expectRefused, TEN } from './paths.js';

const KEY = 'key-of-at-least-twenty-characters';
const SECRET = 'saas-secret-of-at-least-forty-characters-00';
const DENY = '10\\..*';

describe('protected config (10-multitenancy.md 6.5)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals({ env: { API_KEYS: KEY, SUPERTOKENS_SAAS_SECRET: SECRET } });
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const putAs = (key: string, coreConfig: object) =>
    cdi.call('PUT', `${APP}/v2`, { body: { appId: 'p1', coreConfig }, headers: { 'api-key': key } });
  const getAs = (key: string, path: string) => cdi.call('GET', path, { headers: { 'api-key': key } });

  it('case 31: only the bearer of the SaaS secret sees and changes it', async () => {
    const refused = 'Not allowed to modify protected configs.';
    expectRefused(await putAs(KEY, { ip_deny_regex: DENY }), 403, refused);
    expectOk(await putAs(SECRET, { ip_deny_regex: DENY }), { createdNew: true });
    expectOk(await putAs(KEY, { totp_max_attempts: 3, ip_deny_regex: DENY }), { createdNew: false });
    expectRefused(await putAs(KEY, { ip_deny_regex: null }), 403, refused);
    const rows: [string, object][] = [
      [KEY, { totp_max_attempts: 3 }],
      [SECRET, { totp_max_attempts: 3, ip_deny_regex: DENY }],
    ];
    for (const [key, shown] of rows) {
      const list = await getAs(key, `/appid-p1${TEN}/list/v2`);
      expect(list.json.tenants[0].coreConfig).to.deep.equal(shown);
      expect((await getAs(key, `/appid-p1${TEN}/v2`)).json.coreConfig).to.deep.equal(shown);
      const options = (await getAs(key, `/appid-p1${CORE_CONFIG}`)).json.config;
      const listed = options.some((option: { key: string }) => option.key === 'ip_deny_regex');
      expect(listed).to.equal(key === SECRET);
    }
  });
});

describe('a process that serves one connection URI domain (10-multitenancy.md 7.1)', () => {
  it('case 32: refuses to create others and to be asked for them', async () => {
    const first = await startAnnals();
    try {
      for (const name of ['c1.test', 'c2.test']) {
        await cdiClient(first.url).put(`${CUD}/v2`, { connectionUriDomain: name });
      }
      await first.terminate();
      const env = { SUPERTOKENS_SAAS_LOAD_ONLY_CUD: 'c1.test' };
      const annals = await startAnnals({ dataDir: first.dataDir, env });
      try {
        const cdi = cdiClient(annals.url);
        expectRefused(
          await cdi.put(`${CUD}/v2`, { connectionUriDomain: 'c3.test' }),
          400,
          'Creation of connection uri domain or app or tenant is disallowed',
        );
        const other = hostedClient(annals.url, 'c2.test');
        expectRefused(await other.get(`${TEN}/v2`), 400, 'Connection URI domain is disallowed');
        const { json } = await cdi.get(`${CUD}/list/v2`);
        const names = json.connectionUriDomains.map(
          (domain: { connectionUriDomain: string }) => domain.connectionUriDomain,
        );
        expect(names).to.deep.equal(['', 'c1.test']);
      } finally {
        await annals.stop();
      }
    } finally {
      await first.stop();
    }
  });
});
