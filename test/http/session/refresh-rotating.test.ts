import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import {
  createApp,
  createSession,
  decode,
  eventually,
  GONE,
  getSession,
  refresh,
  sha,
  tryRefresh,
  verifySession,
} from './tokens.js';

const V = '5.6';

describe('refresh at CDI 5.6 (20-session.md 8.4)', () => {
  let annals: Annals;
  let root: CdiClient;
  let cdi: CdiClient;
  let noGrace: CdiClient;

  before(async () => {
    annals = await startAnnals();
    root = cdiClient(annals.url);
    cdi = await createApp(root, 'a1');
    noGrace = await createApp(root, 'nograce', { refresh_token_rotation_grace_period: 0 });
  });

  after(() => annals.stop());

  const theftOf = (handle: string, recentTokenReuseSubtype: string) => ({
    status: 'TOKEN_THEFT_DETECTED',
    session: { handle, userId: 'u1', recipeUserId: 'u1' },
    recentTokenReuseSubtype,
  });

  /** A window of no length is over a millisecond later. */
  const presentPastWindow = (app: CdiClient, refreshToken: string) =>
    eventually(
      async () => (await tryRefresh(app, refreshToken, V)).json,
      ({ status }) => status !== 'OK',
    );

  it('cases 37 and 38: the window admits the root again, and kills the branch it replaces', async () => {
    const s0 = await createSession(cdi);
    const s1 = await refresh(cdi, s0.refreshToken, V);
    expect(s1.answer).to.have.all.keys('status', 'session', 'accessToken', 'refreshToken');
    expect(decode(s1.accessToken).claims).to.include({
      parentRefreshTokenHash1: null,
      refreshTokenHash1: sha(s1.refreshToken),
    });
    const { expiry } = await getSession(cdi, s0.handle);
    expect(expiry).to.equal(s1.answer.refreshToken.expiry);

    const s2 = await refresh(cdi, s0.refreshToken, V);
    expect((await getSession(cdi, s0.handle)).expiry).to.equal(expiry);
    expect((await verifySession(cdi, s2.accessToken, V)).json.status, 'the new branch is current').to.equal('OK');
    expect((await verifySession(cdi, s1.accessToken, V)).json).to.deep.equal({
      status: 'UNAUTHORISED',
      message: 'rotated-out token branch; refresh required',
    });
    expect((await verifySession(cdi, s0.accessToken, V)).json.status, 'the root is still previous').to.equal('OK');

    expect((await tryRefresh(cdi, s1.refreshToken, V)).json).to.deep.equal(theftOf(s0.handle, 'ORPHANED_BRANCH'));
    expect(await getSession(cdi, s0.handle)).to.deep.equal(GONE);
  });

  it('case 39: past the window the root is a reuse that ends the session', async () => {
    const s0 = await createSession(noGrace);
    await refresh(noGrace, s0.refreshToken, V);
    expect(await presentPastWindow(noGrace, s0.refreshToken)).to.deep.equal(theftOf(s0.handle, 'RECENT_PREV'));
    expect(await getSession(noGrace, s0.handle)).to.deep.equal(GONE);
  });

  it('case 40: the grandparent is stale', async () => {
    const s0 = await createSession(cdi);
    const s1 = await refresh(cdi, s0.refreshToken, V);
    await refresh(cdi, s1.refreshToken, V);
    expect((await tryRefresh(cdi, s0.refreshToken, V)).json).to.deep.equal(theftOf(s0.handle, 'STALE_LINEAGE'));
    expect(await getSession(cdi, s0.handle)).to.deep.equal(GONE);
  });

  it('case 41: an unpromoted child of an older refresh rotates, and its parent is stale then', async () => {
    const s0 = await createSession(cdi);
    const child = await refresh(cdi, s0.refreshToken, '5.4');
    await refresh(cdi, child.refreshToken, V);
    expect((await tryRefresh(cdi, child.refreshToken, V)).json.status, 'it is previous now').to.equal('OK');
    expect((await tryRefresh(cdi, s0.refreshToken, V)).json).to.deep.equal(theftOf(s0.handle, 'STALE_LINEAGE'));
  });

  it('case 43: verify admits the current and the previous generation', async () => {
    const s0 = await createSession(cdi);
    const s1 = await refresh(cdi, s0.refreshToken, V);
    expect((await verifySession(cdi, s0.accessToken, V)).json.status).to.equal('OK');
    await refresh(cdi, s1.refreshToken, V);
    expect((await verifySession(cdi, s0.accessToken, V)).json).to.deep.equal({
      status: 'UNAUTHORISED',
      message: 'rotated-out token branch; refresh required',
    });
    expect((await verifySession(cdi, s0.accessToken, V, { checkDatabase: false })).json.status).to.equal('OK');

    const t0 = await createSession(cdi);
    const child = await refresh(cdi, t0.refreshToken, '5.4');
    const { json } = await verifySession(cdi, child.accessToken, V);
    expect(json).to.have.all.keys('status', 'session', 'payloadUpdateAvailable');
    const sibling = await tryRefresh(cdi, t0.refreshToken, '5.4');
    expect(sibling.json.status, 'nothing was promoted').to.equal('OK');
  });

  it('case 44: of two refreshes at once both succeed, and one token is current', async () => {
    const s0 = await createSession(cdi);
    const both = await Promise.all([refresh(cdi, s0.refreshToken, V), refresh(cdi, s0.refreshToken, V)]);
    const statuses = both.map(async (s) => (await verifySession(cdi, s.accessToken, V)).json.status);
    expect((await Promise.all(statuses)).sort()).to.deep.equal(['OK', 'UNAUTHORISED']);
  });

  it('case 61: a grace refresh may change the kind of key and makes a new anti-CSRF token', async () => {
    const s0 = await createSession(cdi, { enableAntiCsrf: true });
    const csrf = { enableAntiCsrf: true, antiCsrfToken: s0.answer.antiCsrfToken };
    const s1 = await refresh(cdi, s0.refreshToken, V, csrf);
    const { expiry } = await getSession(cdi, s0.handle);
    const s2 = await refresh(cdi, s0.refreshToken, V, { ...csrf, useDynamicSigningKey: false });
    const tokens = [s0, s1, s2].map((s) => s.answer.antiCsrfToken);
    expect(new Set(tokens).size).to.equal(3);
    expect(decode(s2.accessToken).header.kid).to.match(/^s-/);
    expect((await getSession(cdi, s0.handle)).expiry).to.equal(expiry);
    expect(s2.answer.refreshToken.expiry).to.be.at.least(expiry);
    const s3 = await refresh(cdi, s2.refreshToken, '4.0', { useDynamicSigningKey: undefined });
    expect(decode(s3.accessToken).header.kid).to.match(/^s-/);
  });

  it('the validity asked for is checked before the session is looked at', async () => {
    const s0 = await createSession(cdi);
    const short = await refresh(cdi, s0.refreshToken, V, { accessTokenValidity: 60_000 });
    const { accessToken } = short.answer;
    expect(accessToken.expiry - accessToken.createdTime).to.equal(60_000);
    await cdi.post('/recipe/session/remove', { sessionHandles: [s0.handle] });
    const { status } = await tryRefresh(cdi, short.refreshToken, V, { accessTokenValidity: 3_600_001 });
    expect(status).to.equal(400);
  });
});

describe('recent_token_reuse_behaviour: UNAUTHORISED', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals({
      env: { RECENT_TOKEN_REUSE_BEHAVIOUR: 'unauthorised', REFRESH_TOKEN_ROTATION_GRACE_PERIOD: '0' },
    });
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 39: a recent reuse is only unauthorised, and ends the session', async () => {
    const s0 = await createSession(cdi);
    await refresh(cdi, s0.refreshToken, V);
    const answer = await eventually(
      async () => (await tryRefresh(cdi, s0.refreshToken, V)).json,
      ({ status }) => status !== 'OK',
    );
    expect(answer).to.deep.equal({
      status: 'UNAUTHORISED',
      message: 'refresh token reuse detected',
      recentTokenReuseSubtype: 'RECENT_PREV',
    });
    expect(await getSession(cdi, s0.handle)).to.deep.equal(GONE);
  });

  it('case 40: a stale token is a theft all the same', async () => {
    const s0 = await createSession(cdi);
    const s1 = await refresh(cdi, s0.refreshToken, V);
    await refresh(cdi, s1.refreshToken, V);
    const { json } = await tryRefresh(cdi, s0.refreshToken, V);
    expect(json).to.include({ status: 'TOKEN_THEFT_DETECTED', recentTokenReuseSubtype: 'STALE_LINEAGE' });
  });
});
