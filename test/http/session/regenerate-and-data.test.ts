import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import {
  createApp,
  createSession,
  createTenant,
  decode,
  GONE,
  getSession,
  refresh,
  resigned,
  sha,
  verified,
} from './tokens.js';

describe('regenerate and data of a session (20-session.md 9.5, 9.8 to 9.11)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = await createApp(cdiClient(annals.url), 'a1');
    await createTenant(cdi, 't1');
    await createTenant(cdi, 't2');
  });

  after(() => annals.stop());

  const regenerate = (accessToken: string, userDataInJWT?: object) =>
    cdi.post('/recipe/session/regenerate', { accessToken, userDataInJWT }, '5.4');

  it('case 45: the new token has the new payload and the old expiry', async () => {
    const { accessToken, handle, answer } = await createSession(cdi, { userDataInJWT: { role: 'x' } });
    const { json } = await regenerate(accessToken, { k: 1 });
    expect(json).to.have.all.keys('status', 'session', 'accessToken');
    expect(json.session).to.deep.equal({ ...answer.session, userDataInJWT: { k: 1 } });
    const { claims } = await verified(cdi, json.accessToken.token);
    expect(claims)
      .to.include({ k: 1, exp: decode(accessToken).claims.exp })
      .and.not.have.property('role');
    expect(json.accessToken.expiry).to.equal(answer.accessToken.expiry);
    expect((await getSession(cdi, handle)).userDataInJWT).to.deep.equal({ k: 1 });

    expect((await regenerate(accessToken)).json.session.userDataInJWT).to.deep.equal({ k: 1 });
    expect((await regenerate(accessToken, {})).json.session.userDataInJWT).to.deep.equal({});
    expect((await getSession(cdi, handle)).userDataInJWT).to.deep.equal({});
  });

  it('case 46: an expired token stores the payload and gets no token', async () => {
    const { accessToken, refreshToken } = await createSession(cdi);
    const expired = await resigned(cdi, accessToken, { exp: Math.floor(Date.now() / 1000) - 1 });
    const { json } = await regenerate(expired, { late: true });
    expect(json).to.have.all.keys('status', 'session');
    expect(json.session.userDataInJWT).to.deep.equal({ late: true });
    expect(decode((await refresh(cdi, refreshToken)).accessToken).claims).to.include({ late: true });
  });

  it('case 47: a revoked session is gone, a protected key changes nothing', async () => {
    const { accessToken, handle } = await createSession(cdi, { userDataInJWT: { role: 'x' } });
    const { status, text } = await regenerate(accessToken, { sub: 'z' });
    expect([status, text]).to.deep.equal([400, 'The user payload contains protected field\n']);
    expect((await getSession(cdi, handle)).userDataInJWT).to.deep.equal({ role: 'x' });
    await cdi.post('/recipe/session/remove', { sessionHandles: [handle] });
    expect((await regenerate(accessToken, { k: 1 })).json).to.deep.equal(GONE);
  });

  it('case 48: the parent of a child token stays', async () => {
    const s0 = await createSession(cdi);
    const s1 = await refresh(cdi, s0.refreshToken);
    const { json } = await regenerate(s1.accessToken, { k: 1 });
    expect(decode(json.accessToken.token).claims.parentRefreshTokenHash1).to.equal(sha(s0.refreshToken));
  });

  it('W1, W2: a forged or unreadable token is unauthorised', async () => {
    const { accessToken, handle } = await createSession(cdi);
    const [header, , signature] = accessToken.split('.');
    const claims = Buffer.from(JSON.stringify({ ...decode(accessToken).claims, sub: 'root' })).toString('base64url');
    for (const token of [`${header}.${claims}.${signature}`, 'abc', '']) {
      const { status, json } = await regenerate(token, { k: 1 });
      expect([status, json.status]).to.deep.equal([200, 'UNAUTHORISED']);
    }
    expect((await getSession(cdi, handle)).userDataInJWT).to.deep.equal({});
  });

  it('conventions case 56: an unknown tenant in the path does not matter', async () => {
    const { accessToken } = await createSession(cdi);
    const { json } = await cdi.at('/ghost').post('/recipe/session/regenerate', { accessToken }, '5.4');
    expect(json.status).to.equal('OK');
  });

  it('case 49: data of an unknown handle', async () => {
    const data = await cdi.put('/recipe/session/data', { sessionHandle: 'random', userDataInDatabase: {} }, '5.4');
    expect(data.json).to.deep.equal(GONE);
    const put = (userDataInJWT: object, version: string) =>
      cdi.put('/recipe/jwt/data', { sessionHandle: 'random', userDataInJWT }, version);
    expect((await put({}, '5.4')).json).to.deep.equal(GONE);
    expect((await put({ exp: 1 }, '5.4')).status).to.equal(400);
    expect((await put({ rsub: 1 }, '3.1')).json).to.deep.equal(GONE);
  });

  it('data are replaced as a whole', async () => {
    const { handle } = await createSession(cdi, { userDataInDatabase: { a: 1, b: 2 } });
    const put = await cdi.put(
      '/recipe/session/data',
      { sessionHandle: handle, userDataInDatabase: { c: null } },
      '5.4',
    );
    expect(put.json).to.deep.equal({ status: 'OK' });
    const { json } = await cdi.get(`/recipe/session/data?sessionHandle=${handle}`, '5.4');
    expect(json).to.deep.equal({ status: 'OK', userDataInDatabase: { c: null } });
  });

  it('case 50: the tenant is the one of the handle, whatever the path', async () => {
    const { handle } = await createSession(cdi.at('/t1'));
    const put = await cdi.at('/t2').put('/recipe/jwt/data', { sessionHandle: handle, userDataInJWT: { k: 1 } }, '5.4');
    expect(put.json).to.deep.equal({ status: 'OK' });
    expect((await getSession(cdi.at('/nowhere'), handle)).userDataInJWT).to.deep.equal({ k: 1 });
  });

  it('case 64: handles that can not be are not found', async () => {
    for (const handle of ['', '_', '____', 'x'.repeat(10_000), `${'a'.repeat(9)}_${'b'.repeat(5_000)}`, 'a_<b>']) {
      expect(await getSession(cdi, handle), handle.slice(0, 10)).to.deep.equal(GONE);
    }
    expect((await cdi.get('/recipe/session')).text).to.equal("Field name 'sessionHandle' is missing in GET request\n");
  });

  it('an unknown tenant in the suffix of a handle is a 400', async () => {
    const { status, text } = await cdi.get('/recipe/session?sessionHandle=abc_t404');
    expect(status).to.equal(400);
    expect(text).to.match(/^AppId or tenantId not found => Tenant .*\(, a1, t404\)\n$/);
  });

  it('CDI 3.1 shows no recipe user id', async () => {
    const { handle } = await createSession(cdi);
    const keys = ['status', 'sessionHandle', 'userId', 'userDataInDatabase', 'userDataInJWT', 'expiry', 'timeCreated'];
    expect(await getSession(cdi, handle, '3.1')).to.have.all.keys(...keys, 'tenantId');
    expect(await getSession(cdi, handle, '4.0')).to.have.all.keys(...keys, 'tenantId', 'recipeUserId');
  });

  it('a tenant that was removed and made again has none of the sessions of the first one', async () => {
    await createTenant(cdi, 'phoenix');
    const { handle, refreshToken } = await createSession(cdi.at('/phoenix'));
    await cdi.post('/recipe/multitenancy/tenant/remove', { tenantId: 'phoenix' });
    await createTenant(cdi, 'phoenix');
    expect(await getSession(cdi, handle)).to.deep.equal(GONE);
    const answer = await cdi.post('/recipe/session/refresh', {
      refreshToken,
      enableAntiCsrf: false,
      useDynamicSigningKey: true,
    });
    expect(answer.json.status).to.equal('UNAUTHORISED');
    const removed = await cdi.post('/recipe/session/remove', { sessionHandles: [handle] });
    expect(removed.json.sessionHandlesRevoked).to.deep.equal([]);
  });
});
