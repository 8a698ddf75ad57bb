import { expect } from 'chai';
import type { CdiClient } from '../../support/cdi.js';
import type { Annals } from '../../support/service.js';
import { startWithA1AndT1, tenantNotFoundText } from './addressed-service.js';

describe('service endpoints (00-conventions.md 13)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    ({ annals, cdi } = await startWithA1AndT1());
  });

  after(() => annals.stop());

  const get = async (path: string): Promise<unknown> => {
    const { status, text } = await cdi.get(path);
    return [status, text];
  };

  it('case 43: a process that has just started has measured nothing yet', async () => {
    const before = Math.floor(Date.now() / 60_000);
    const { json } = await cdi.get('/requests/stats');
    expect(json.status).to.equal('OK');
    expect(json.atMinute).to.be.within(before, Math.floor(Date.now() / 60_000));
    expect(json.averageRequestsPerSecond).to.have.length(1440);
    expect(json.peakRequestsPerSecond).to.have.length(1440);
    const fresh = await cdi.put('/recipe/multitenancy/app/v2', { appId: 'fresh' });
    expect(fresh.json.status).to.equal('OK');
    const { json: ofFresh } = await cdi.get('/appid-fresh/requests/stats');
    expect(new Set([...ofFresh.averageRequestsPerSecond, ...ofFresh.peakRequestsPerSecond])).to.deep.equal(
      new Set([-1]),
    );
  });

  it('case 43: those of an unknown app are refused', async () => {
    expect(await get('/appid-zz/requests/stats')).to.deep.equal([400, tenantNotFoundText('zz', 'public')]);
  });

  it('case 46: the config file is told to the base tenant by process id', async () => {
    expect(await get('/config')).to.deep.equal([400, "Field name 'pid' is missing in GET request\n"]);
    expect((await cdi.get('/config?pid=1')).json).to.deep.equal({ status: 'NOT_ALLOWED' });
    expect((await cdi.get(`/config?pid=${annals.pid}`)).json)
      .to.have.all.keys('status', 'path')
      .and.include({
        status: 'OK',
      });
    expect(await get('/t1/config?pid=1')).to.deep.equal([
      403,
      'you can call this only from the base connection uri domain, public app and tenant\n',
    ]);
    expect(await get('/ghost/config')).to.deep.equal([400, "Field name 'pid' is missing in GET request\n"]);
    expect(await get('/ghost/config?pid=1')).to.deep.equal([400, tenantNotFoundText('public', 'ghost')]);
  });

  it('case 49: users can be searched by email, phone and provider, in any app', async () => {
    const expected = { status: 'OK', tags: ['email', 'phone', 'provider'] };
    expect((await cdi.get('/user/search/tags')).json).to.deep.equal(expected);
    expect((await cdi.get('/appid-zz/ghost/user/search/tags')).json).to.deep.equal(expected);
  });

  it('there is no telemetry id (13.6)', async () => {
    expect((await cdi.get('/telemetry')).json).to.deep.equal({ exists: false });
    expect((await cdi.get('/t1/telemetry')).status).to.equal(403);
    expect((await cdi.get('/appid-zz/telemetry')).status).to.equal(400);
  });

  it('there is nothing to be migrated (13.11)', async () => {
    const { json: mode } = await cdi.get('/migration/mode');
    expect(mode).to.deep.equal({ status: 'OK', cuds: [{ connectionUriDomain: '', mode: 'MIGRATED' }] });
    expect((await cdi.get('/appid-a1/t1/migration/mode')).json).to.deep.equal({ status: 'OK', mode: 'MIGRATED' });
    expect((await cdi.get('/appid-a1/migration/backfill/progress')).json).to.deep.equal({
      status: 'OK',
      mode: 'MIGRATED',
      pendingUsers: 0,
    });
    const { json: verified } = await cdi.get('/migration/backfill/progress?verify=true');
    expect(verified.cuds).to.deep.equal([
      { connectionUriDomain: '', mode: 'MIGRATED', pendingUsers: 0, verifySkipped: 'migrated' },
    ]);
    expect((await cdi.get('/appid-zz/migration/mode')).status).to.equal(400);
  });

  it('case 56: to refresh a session the tenant must exist, to regenerate its token it need not', async () => {
    const refresh = { refreshToken: 'x', enableAntiCsrf: false, useDynamicSigningKey: true };
    const refused = await cdi.post('/appid-a1/ghost/recipe/session/refresh', refresh);
    expect([refused.status, refused.text]).to.deep.equal([400, tenantNotFoundText('a1', 'ghost')]);
    const regenerate = { accessToken: 'x', userDataInJWT: {} };
    const [withTenant, without] = await Promise.all(
      ['/appid-a1/ghost', '/appid-a1'].map((at) => cdi.post(`${at}/recipe/session/regenerate`, regenerate)),
    );
    expect([withTenant?.status, withTenant?.text]).to.deep.equal([without?.status, without?.text]);
    expect(without?.status).to.not.equal(404);
  });
});
