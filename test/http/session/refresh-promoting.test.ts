import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import {
  createApp,
  createSession,
  createTenant,
  decode,
  eventually,
  getSession,
  refresh,
  sha,
  tryRefresh,
  verified,
  verifySession,
} from './tokens.js';

const MISSING = { status: 'UNAUTHORISED', message: 'Session missing in db or has expired' };

describe('refresh at CDI 5.5 and older (20-session.md 8.3)', () => {
  let annals: Served;
  let root: CdiClient;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    root = cdiClient(annals.url);
    cdi = await createApp(root, 'a1');
    await createTenant(cdi, 't1');
  });

  after(() => annals.stop());

  const theftOf = (handle: string) => ({
    status: 'TOKEN_THEFT_DETECTED',
    session: { handle, userId: 'u1', recipeUserId: 'u1' },
  });

  it('cases 26, 27 and 29: a child replaces its parent when it is used, not before', async () => {
    const s0 = await createSession(cdi, { userDataInJWT: { role: 'x' } });
    const { expiry } = await getSession(cdi, s0.handle);
    const s1 = await refresh(cdi, s0.refreshToken);
    expect(s1.answer).to.have.all.keys('status', 'session', 'accessToken', 'refreshToken');
    expect(s1.answer.session).to.deep.equal(s0.answer.session);
    const { claims } = await verified(cdi, s1.accessToken);
    expect(claims).to.include({ parentRefreshTokenHash1: sha(s0.refreshToken), role: 'x' });
    expect(claims.refreshTokenHash1).to.equal(sha(s1.refreshToken));
    const sibling = await refresh(cdi, s0.refreshToken);
    expect((await getSession(cdi, s0.handle)).expiry, 'case 29: unchanged').to.equal(expiry);

    const { accessToken, ...rest } = (await verifySession(cdi, s1.accessToken)).json;
    expect(rest).to.deep.equal({ status: 'OK', session: s0.answer.session });
    expect(decode(accessToken.token).claims).to.include({
      parentRefreshTokenHash1: null,
      refreshTokenHash1: sha(s1.refreshToken),
    });
    expect((await verifySession(cdi, accessToken.token)).json).to.have.all.keys('status', 'session');
    expect((await getSession(cdi, s0.handle)).expiry, 'case 29: moved').to.be.greaterThan(expiry);

    for (const token of [s0.refreshToken, sibling.refreshToken]) {
      expect((await tryRefresh(cdi, token)).json).to.deep.equal(theftOf(s0.handle));
    }
    expect((await getSession(cdi, s0.handle)).status, 'the SDK revokes it').to.equal('OK');
    expect((await tryRefresh(cdi, s0.refreshToken, '3.1')).json).to.deep.equal(theftOf(s0.handle));
  });

  it('case 28: a refresh with a child promotes it, and older tokens verify as they are', async () => {
    const s0 = await createSession(cdi);
    const s1 = await refresh(cdi, s0.refreshToken);
    const s2 = await refresh(cdi, s1.refreshToken);
    expect((await verifySession(cdi, s1.accessToken)).json).to.have.property('accessToken');
    await refresh(cdi, s2.refreshToken);
    expect((await verifySession(cdi, s1.accessToken)).json).to.have.all.keys('status', 'session');
    for (const token of [s0.refreshToken, s1.refreshToken]) {
      expect((await tryRefresh(cdi, token)).json).to.deep.equal(theftOf(s0.handle));
    }
  });

  it('two verifies of the same child at once both get a new token', async () => {
    const s0 = await createSession(cdi);
    const s1 = await refresh(cdi, s0.refreshToken);
    const answers = await Promise.all([1, 2, 3].map(() => verifySession(cdi, s1.accessToken)));
    for (const { json } of answers) expect(json).to.have.property('accessToken');
    expect((await tryRefresh(cdi, s1.refreshToken)).json.status).to.equal('OK');
  });

  it('case 30: a refresh may change the kind of key, which stays', async () => {
    const s0 = await createSession(cdi);
    const s1 = await refresh(cdi, s0.refreshToken, '5.4', { useDynamicSigningKey: false });
    const kidOf = (token: string) => String(decode(token).header.kid);
    expect(kidOf(s1.accessToken)).to.match(/^s-/);
    const promoted = (await verifySession(cdi, s1.accessToken)).json.accessToken.token;
    expect(kidOf(promoted)).to.match(/^s-/);
    const regenerated = await cdi.post('/recipe/session/regenerate', { accessToken: promoted }, '5.4');
    expect(kidOf(regenerated.json.accessToken.token)).to.match(/^s-/);

    const unsaid = { useDynamicSigningKey: undefined };
    const { status, text } = await tryRefresh(cdi, s1.refreshToken, '5.0', unsaid);
    expect([status, text]).to.deep.equal([400, "Field name 'useDynamicSigningKey' is invalid in JSON input\n"]);
    expect(kidOf((await refresh(cdi, s1.refreshToken, '4.0', unsaid)).accessToken)).to.match(/^s-/);
  });

  it('case 31: the anti-CSRF token of the refresh token is asked for', async () => {
    const s0 = await createSession(cdi, { enableAntiCsrf: true });
    const enableAntiCsrf = true;
    const refused = { status: 'UNAUTHORISED', message: 'Anti CSRF token missing, or not matching' };
    for (const fields of [{ enableAntiCsrf }, { enableAntiCsrf, antiCsrfToken: 'wrong' }]) {
      expect((await tryRefresh(cdi, s0.refreshToken, '5.4', fields)).json).to.deep.equal(refused);
    }
    const { antiCsrfToken } = s0.answer;
    const matching = await refresh(cdi, s0.refreshToken, '5.4', { enableAntiCsrf, antiCsrfToken });
    expect(matching.answer.antiCsrfToken).to.be.a('string').and.not.equal(antiCsrfToken);
    const without = await refresh(cdi, s0.refreshToken);
    expect(without.answer).to.not.have.property('antiCsrfToken');
    expect(decode(without.accessToken).claims.antiCsrfToken).to.equal(null);
  });

  it('case 32: a token that is none of this app is refused with two keys', async () => {
    const other = await createApp(root, 'other');
    const { refreshToken: foreign } = await createSession(other);
    const { refreshToken } = await createSession(cdi);
    for (const token of ['', 'x.y.V9', refreshToken.slice(0, -10), foreign, 'x'.repeat(10_000)]) {
      const { status, json } = await tryRefresh(cdi, token);
      expect([status, json.status]).to.deep.equal([200, 'UNAUTHORISED']);
      expect(json).to.have.all.keys('status', 'message');
    }
  });

  it('case 33: an expired or revoked session can not be refreshed', async () => {
    const brief = await createApp(root, 'brief', { refresh_token_validity: 0.0001 });
    const { refreshToken } = await createSession(brief);
    const expired = await eventually(
      async () => (await tryRefresh(brief, refreshToken)).json,
      ({ status }) => status !== 'OK',
    );
    expect(expired).to.deep.equal(MISSING);

    const revoked = await createSession(cdi);
    await cdi.post('/recipe/session/remove', { sessionHandles: [revoked.handle] });
    expect((await tryRefresh(cdi, revoked.refreshToken)).json).to.deep.equal(MISSING);
    expect((await tryRefresh(cdi, revoked.refreshToken, '5.6')).json).to.deep.equal(MISSING);
  });

  it('case 34: a stored payload that the new version protects is refused', async () => {
    const s0 = await createSession(cdi, { userDataInJWT: { rsub: 'q' } }, '3.0');
    for (const version of ['5.4', '5.6']) {
      expect((await tryRefresh(cdi, s0.refreshToken, version)).json).to.deep.equal({
        status: 'UNAUTHORISED',
        message: 'The user payload contains protected field',
      });
    }
    expect((await tryRefresh(cdi, s0.refreshToken, '3.0')).json.status, 'nothing was written').to.equal('OK');
  });

  it('case 36, conventions case 56: the tenant of the path must exist, and is otherwise ignored', async () => {
    const { refreshToken, handle } = await createSession(cdi);
    const { status, text } = await tryRefresh(cdi.at('/t404'), refreshToken);
    expect(status).to.equal(400);
    expect(text).to.match(/^AppId or tenantId not found => Tenant .*\(, a1, t404\)\n$/);
    expect((await refresh(cdi.at('/t1'), refreshToken)).handle).to.equal(handle);
  });

  it('case 42: a token retired by a rotation is a theft that leaves the session alone', async () => {
    const s0 = await createSession(cdi);
    await refresh(cdi, s0.refreshToken, '5.6');
    expect((await tryRefresh(cdi, s0.refreshToken, '5.4')).json).to.deep.equal(theftOf(s0.handle));
    expect((await getSession(cdi, s0.handle)).status).to.equal('OK');
  });

  it('a session of a tenant keeps it through refresh', async () => {
    const s0 = await createSession(cdi.at('/t1'));
    const s1 = await refresh(cdi, s0.refreshToken);
    expect(s1.answer.session.tenantId).to.equal('t1');
    expect(decode(s1.accessToken).claims.tId).to.equal('t1');
  });
});
