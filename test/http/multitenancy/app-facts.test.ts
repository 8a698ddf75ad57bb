import { expect } from 'chai';
import { appStream } from '../../../domain/tenancy/keys.js';
import type { StoredEvent } from '../../../infra/ports/event-store.js';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { withStores } from '../../support/opened-stores.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { APP, expectOk, expectRefused, notFoundText, TEN } from './paths.js';

const LICENSE = '/ee/license';
const PUBLIC_ONLY = 'Only public tenantId can call this app specific API';

describe('facts of an app (00-conventions.md 13.2, 13.8, 13.9)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
    await cdi.put(`${TEN}/v2`, { tenantId: 't1' });
  });

  after(() => annals.stop());

  it('case 44: a licence key is kept, read, and removed; any text will do', async () => {
    expectOk(await cdi.put(LICENSE, { licenseKey: 'anything' }), {});
    expectOk(await cdi.put(LICENSE, {}), {});
    expectOk(await cdi.get(LICENSE), { licenseKey: 'anything' });
    expectOk(await cdi.call('DELETE', LICENSE), {});
    expectOk(await cdi.call('DELETE', LICENSE), {});
    expect((await cdi.get(LICENSE)).json).to.deep.equal({ status: 'NO_LICENSE_KEY_FOUND_ERROR' });
    const refused = (problem: string) => `Field name 'licenseKey' is ${problem} in JSON input`;
    expectRefused(await cdi.put(LICENSE, { licencekey: 'x' }), 400, refused('missing'));
    expectRefused(await cdi.put(LICENSE, { licenseKey: 123 }), 400, refused('invalid'));
  });

  it('a licence key belongs to its app, and only the public tenant has to do with it', async () => {
    await cdi.put(`${APP}/v2`, { appId: 'licensed' });
    await cdi.put(`/appid-licensed${LICENSE}`, { licenseKey: 'of-the-app' });
    expectOk(await cdi.get(`/appid-licensed${LICENSE}`), { licenseKey: 'of-the-app' });
    expect((await cdi.get(LICENSE)).json.status).to.equal('NO_LICENSE_KEY_FOUND_ERROR');
    expectRefused(await cdi.get(`/t1${LICENSE}`), 403, PUBLIC_ONLY);
    expectRefused(await cdi.put(`/t1${LICENSE}`, { licenseKey: 'x' }), 403, PUBLIC_ONLY);
    expectRefused(
      await cdi.put(`/appid-ghost/t1${LICENSE}`, { licenseKey: 'x' }),
      400,
      notFoundText('', 'ghost', 'public'),
    );
  });

  it('case 45: every feature is enabled, and active users are counted for 31 days', async () => {
    await cdi.put(`${APP}/v2`, { appId: 'active' });
    const app = cdi.at('/appid-active');
    const none = await app.get('/ee/featureflag');
    expect(none.json.features).to.include.members(['multi_tenancy', 'account_linking', 'mfa', 'oauth']);
    expect(none.json.usageStats.maus).to.deep.equal(Array(31).fill(0));
    await app.post('/recipe/signup', { email: 'a@x.test', password: 'p' });
    await app.post('/recipe/signin', { email: 'a@x.test', password: 'p' });
    expect((await app.get('/ee/featureflag')).json.usageStats.maus).to.deep.equal(Array(31).fill(1));
  });
});

describe('facts that the log keeps', () => {
  async function eventsOf(annals: Annals, appId: string): Promise<readonly StoredEvent[]> {
    return withStores(
      annals.dataDir,
      async ({ store }) => (await store.readStream(store.streamName(appStream('', appId)))) ?? [],
    );
  }

  it('case 17: the domains that a backend reports are remembered, the first start is recorded once', async () => {
    const annals = await startAnnals();
    try {
      const cdi = cdiClient(annals.url);
      await cdi.put(`${APP}/v2`, { appId: 'shop' });
      await cdi.put(`${TEN}/v2`, { tenantId: 't1' });
      const reported = 'websiteDomain=https%3A%2F%2Fshop.test&apiDomain=https%3A%2F%2Fapi.shop.test';
      const { status, json } = await cdi.get(`/appid-shop/apiversion?${reported}`);
      expect(status).to.equal(200);
      expect(json.versions).to.include('5.4');
      expectRefused(await cdi.get(`/t1/apiversion?${reported}`), 403, PUBLIC_ONLY);
      // The answer does not wait for the fact; what is written after it, does.
      await cdi.put(`/appid-shop${TEN}/v2`, { tenantId: 'after' });
      await annals.killAndRestart();
      await annals.terminate();
      const facts = (await eventsOf(annals, 'shop')).filter((event) => event.type === 'AppDomainsReported');
      expect(facts).to.have.length(1);
      expect(facts[0]?.data).to.include({ websiteDomain: 'https://shop.test', apiDomain: 'https://api.shop.test' });
      const base = await eventsOf(annals, 'public');
      expect(base.filter((event) => event.type === 'BaseTenantInitialised')).to.have.length(1);
      expect(base.some((event) => event.type === 'AppDomainsReported')).to.equal(false);
    } finally {
      await annals.stop();
    }
  });
});
