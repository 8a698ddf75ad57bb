import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { hostedClient } from '../../support/raw-http.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { APP, CUD, expectOk, expectRefused, notFoundText, TEN, TPC } from './paths.js';

describe('removal (10-multitenancy.md 7.4, 10)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 46: a removed tenant is gone with its members, and starts empty when it comes back', async () => {
    const body = { email: 'case46@x.test', password: 'p' };
    await cdi.put(`${TEN}/v2`, { tenantId: 'gone', firstFactors: ['emailpassword'] });
    const { json } = await cdi.at('/gone').post('/recipe/signup', body);
    expectOk(await cdi.post(`${TEN}/remove`, { tenantId: 'gone' }), { didExist: true });
    expectOk(await cdi.post(`${TEN}/remove`, { tenantId: 'gone' }), { didExist: false });
    expectRefused(await cdi.at('/gone').post('/recipe/signin', body), 400, notFoundText('', 'public', 'gone'));
    await cdi.put(`${TEN}/v2`, { tenantId: 'gone' });
    expect((await cdi.at('/gone').get(`${TEN}/v2`)).json.firstFactors).to.deep.equal([]);
    expect((await cdi.at('/gone').post('/recipe/signin', body)).json.status).to.equal('WRONG_CREDENTIALS_ERROR');
    const back = { recipeUserId: json.recipeUserId };
    expectOk(await cdi.at('/gone').post(`${TEN}/user`, back), { wasAlreadyAssociated: false });
    expect((await cdi.at('/gone').post('/recipe/signin', body)).json.user.tenantIds).to.deep.equal(['gone']);
  });

  it('case 47: the public tenant stays, and only it removes others', async () => {
    await cdi.put(`${TEN}/v2`, { tenantId: 't47' });
    expectRefused(
      await cdi.post(`${TEN}/remove`, { tenantId: 'public' }),
      403,
      'Cannot delete public tenant, use remove app API instead',
    );
    expectRefused(
      await cdi.at('/t47').post(`${TEN}/remove`, { tenantId: 't47' }),
      403,
      'Only the public tenantId is allowed to delete a tenant',
    );
    expectRefused(await cdi.post(`${TEN}/remove`, {}), 400, "Field name 'tenantId' is invalid in JSON input");
  });

  it('case 48: an app is removed once its tenants are', async () => {
    await cdi.put(`${APP}/v2`, { appId: 'a1' });
    await cdi.at('/appid-a1').put(`${TEN}/v2`, { tenantId: 't1' });
    const remove = (appId: string) => cdi.post(`${APP}/remove`, { appId });
    expectRefused(
      await remove('a1'),
      403,
      'Please delete all tenants except the public tenant for this app before calling the delete API',
    );
    await cdi.at('/appid-a1').post(`${TEN}/remove`, { tenantId: 't1' });
    expectOk(await remove('a1'), { didExist: true });
    expectRefused(await cdi.get('/appid-a1/hello'), 400, notFoundText('', 'a1', 'public'));
    expectOk(await remove('a1'), { didExist: false });
    expectRefused(
      await remove('public'),
      403,
      'Cannot delete the public app, use remove connection uri domain API instead',
    );
    const { json } = await cdi.get(`${APP}/list/v2`);
    expect(json.apps.map((app: { appId: string }) => app.appId)).not.to.include('a1');
  });

  it('a removed app starts empty when it comes back', async () => {
    const body = { email: 'again@x.test', password: 'p' };
    const app = cdi.at('/appid-again');
    await cdi.put(`${APP}/v2`, { appId: 'again', coreConfig: { totp_max_attempts: 3 } });
    await app.post('/recipe/signup', body);
    await cdi.post(`${APP}/remove`, { appId: 'again' });
    expectOk(await cdi.put(`${APP}/v2`, { appId: 'again' }), { createdNew: true });
    expect((await app.get(`${TEN}/v2`)).json.coreConfig).to.deep.equal({});
    expect((await app.post('/recipe/signin', body)).json.status).to.equal('WRONG_CREDENTIALS_ERROR');
    expect((await app.post('/recipe/signup', body)).json.status).to.equal('OK');
  });

  it('case 49: a connection URI domain is removed once its apps are, from outside', async () => {
    await cdi.put(`${CUD}/v2`, { connectionUriDomain: 'c1.test' });
    const inside = hostedClient(annals.url, 'c1.test');
    await inside.put(`${APP}/v2`, { appId: 'z' });
    const body = { connectionUriDomain: 'c1.test' };
    expectRefused(
      await cdi.post(`${CUD}/remove`, body),
      403,
      'Please delete all apps except the public appID for this connectionUriDomain before calling the delete API.',
    );
    expectRefused(
      await inside.post(`${CUD}/remove`, body),
      403,
      'Only the public tenantId, public appId and default connectionUriDomain is allowed to delete a ' +
        'connectionUriDomain',
    );
    expectOk(await inside.post(`${APP}/remove`, { appId: 'z' }), { didExist: true });
    await inside.put(`${TEN}/v2`, { tenantId: 'extra' });
    expectRefused(
      await cdi.post(`${CUD}/remove`, body),
      403,
      'Please delete all tenants except the public tenant for this app before calling the delete API',
    );
    await inside.post(`${TEN}/remove`, { tenantId: 'extra' });
    expectOk(await cdi.post(`${CUD}/remove`, body), { didExist: true });
    expectOk(await cdi.post(`${CUD}/remove`, body), { didExist: false });
    expectOk(await cdi.put(`${CUD}/v2`, body), { createdNew: true });
  });

  it('an app that is removed while tenants are created ends up gone or with all of them', async () => {
    await cdi.put(`${APP}/v2`, { appId: 'contested' });
    const app = cdi.at('/appid-contested');
    const creations = Array.from({ length: 4 }, (_, index) => app.put(`${TEN}/v2`, { tenantId: `t${index}` }));
    const [removal, ...created] = await Promise.all([cdi.post(`${APP}/remove`, { appId: 'contested' }), ...creations]);
    const list = await app.get(`${TEN}/list/v2`);
    if (removal.status === 200) {
      expect(list.status).to.equal(400);
      expect(created.map((answer) => answer.status)).to.deep.equal([400, 400, 400, 400]);
    } else {
      expect(removal.status).to.equal(403);
      expect(list.json.tenants).to.have.length(1 + created.filter((answer) => answer.status === 200).length);
    }
  });

  it('case 55: rows are unchanged after a restart', async () => {
    await cdi.put(`${APP}/v2`, { appId: 'kept', coreConfig: { access_token_validity: '2' } });
    const app = cdi.at('/appid-kept');
    await app.put(`${TEN}/v2`, { tenantId: 'closed' });
    await app.put(`${TEN}/v2`, { tenantId: 'open', firstFactors: null, requiredSecondaryFactors: ['totp'] });
    await app
      .at('/open')
      .put(TPC, { config: { thirdPartyId: 'google', clients: [{ clientId: 'x', clientSecret: 's' }] } });
    const before = (await app.get(`${TEN}/list/v2`)).json;
    const appsBefore = (await cdi.get(`${APP}/list/v2`)).json;
    await annals.killAndRestart();
    expect((await app.get(`${TEN}/list/v2`)).json).to.deep.equal(before);
    expect((await cdi.get(`${APP}/list/v2`)).json).to.deep.equal(appsBefore);
  });
});
