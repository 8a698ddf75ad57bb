import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { mapUser } from '../useridmapping/mapped.js';
import { APP, expectOk, expectRefused, notFoundText, TEN } from './paths.js';

describe('sessions of tenants and apps (10-multitenancy.md 9.2, 10)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
    for (const tenantId of ['t1', 't2']) await cdi.put(`${TEN}/v2`, { tenantId });
  });

  after(() => annals.stop());

  async function createSession(place: string, userId: string) {
    const body = { userId, userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
    const { json } = await cdi.at(place).post('/recipe/session', body);
    expect(json.status).to.equal('OK');
    return { handle: json.session.handle as string, accessToken: json.accessToken.token as string };
  }

  const statusOf = async (handle: string) => (await cdi.get(`/recipe/session?sessionHandle=${handle}`)).json.status;

  it('case 43: disassociation ends the sessions of that tenant alone', async () => {
    const { json } = await cdi.at('/t1').post('/recipe/signup', { email: 'case43@x.test', password: 'p' });
    const body = { recipeUserId: json.recipeUserId };
    await cdi.at('/t2').post(`${TEN}/user`, body);
    const [first, second] = [
      await createSession('/t1', body.recipeUserId),
      await createSession('/t2', body.recipeUserId),
    ];
    expectOk(await cdi.at('/t2').post(`${TEN}/user/remove`, body), { wasAssociated: true });
    expect(await statusOf(first.handle)).to.equal('OK');
    expect(await statusOf(second.handle)).to.equal('UNAUTHORISED');
  });

  it('case 43: of a mapped user by the external id, under which the sessions are kept', async () => {
    const { json } = await cdi.at('/t1').post('/recipe/signup', { email: 'mapped43@x.test', password: 'p' });
    await mapUser(cdi, json.recipeUserId, 'case43');
    const body = { recipeUserId: 'case43' };
    expectOk(await cdi.at('/t2').post(`${TEN}/user`, body), { wasAlreadyAssociated: false });
    const [kept, ended] = [await createSession('/t1', 'case43'), await createSession('/t2', 'case43')];
    expectOk(await cdi.at('/t2').post(`${TEN}/user/remove`, body), { wasAssociated: true });
    expect([await statusOf(kept.handle), await statusOf(ended.handle)]).to.deep.equal(['OK', 'UNAUTHORISED']);
    expect((await cdi.get('/user/id?userId=case43')).json.user.tenantIds).to.deep.equal(['t1']);
  });

  it('an id that is known from sessions alone can be disassociated from their tenant', async () => {
    const body = { recipeUserId: 'no-user-of-ours' };
    const { handle } = await createSession('/t1', body.recipeUserId);
    expectOk(await cdi.at('/t2').post(`${TEN}/user/remove`, body), { wasAssociated: false });
    expectOk(await cdi.at('/t1').post(`${TEN}/user/remove`, body), { wasAssociated: true });
    expect(await statusOf(handle)).to.equal('UNAUTHORISED');
    const unknown = await cdi.at('/t1').post(`${TEN}/user/remove`, body);
    expect(unknown.json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
  });

  it('case 46: the sessions of a removed tenant are gone', async () => {
    await cdi.put(`${TEN}/v2`, { tenantId: 'gone' });
    const { handle } = await createSession('/gone', 'somebody');
    await cdi.post(`${TEN}/remove`, { tenantId: 'gone' });
    const missing = notFoundText('', 'public', 'gone');
    expectRefused(await cdi.get(`/recipe/session?sessionHandle=${handle}`), 400, missing);
    await cdi.put(`${TEN}/v2`, { tenantId: 'gone' });
    expect(await statusOf(handle)).to.equal('UNAUTHORISED');
  });

  it('case 51: apps have keys and sessions of their own', async () => {
    for (const appId of ['a1', 'a2']) await cdi.put(`${APP}/v2`, { appId });
    const kids = async (app: string) => {
      const { json } = await cdi.at(app).get('/.well-known/jwks.json');
      return json.keys.map((key: { kid: string }) => key.kid);
    };
    const own = await kids('/appid-a1');
    expect(own).to.have.length(2);
    expect(await kids('/appid-a2')).not.to.include.members(own);
    const { accessToken } = await createSession('/appid-a1', 'somebody');
    const verify = async (app: string) => {
      const body = { accessToken, doAntiCsrfCheck: false, enableAntiCsrf: false, checkDatabase: false };
      return (await cdi.at(app).post('/recipe/session/verify', body)).json.status;
    };
    expect(await verify('/appid-a1')).to.equal('OK');
    expect(await verify('/appid-a2')).to.be.oneOf(['UNAUTHORISED', 'TRY_REFRESH_TOKEN']);
  });
});
