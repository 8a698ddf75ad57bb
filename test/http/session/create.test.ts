import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { createApp, createSession, createTenant, decode, getSession, NEW_SESSION, verified } from './tokens.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SESSION_KEYS = ['handle', 'userId', 'recipeUserId', 'userDataInJWT', 'tenantId'];

describe('create session (20-session.md 9.1)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = await createApp(cdiClient(annals.url), 'a1');
    await createTenant(cdi, 't1');
  });

  after(() => annals.stop());

  const create = (fields: object, version = '5.4') =>
    cdi.post('/recipe/session', { ...NEW_SESSION, ...fields }, version);

  it('case 1: answers the session with both tokens, and nothing else', async () => {
    const { json } = await create({ userDataInJWT: { role: 'x', n: null }, userDataInDatabase: { d: 1 } });
    expect(json).to.have.all.keys('status', 'session', 'accessToken', 'refreshToken');
    expect(json.session).to.have.all.keys(...SESSION_KEYS);
    expect(json.session).to.deep.include({ userId: 'u1', recipeUserId: 'u1', tenantId: 'public' });
    expect(json.session.userDataInJWT).to.deep.equal({ role: 'x', n: null });
    expect(json.session.handle).to.match(UUID);
    for (const info of [json.accessToken, json.refreshToken]) {
      expect(info).to.have.all.keys('token', 'expiry', 'createdTime');
    }
    const { header, claims } = await verified(cdi, json.accessToken.token);
    expect(header).to.include({ alg: 'RS256', typ: 'JWT', version: '5' });
    expect(header.kid).to.match(/^d-\d+$/);
    expect(claims).to.deep.include({ role: 'x', n: null, parentRefreshTokenHash1: null, antiCsrfToken: null });
    expect(claims).to.include({ sub: 'u1', rsub: 'u1', tId: 'public', sessionHandle: json.session.handle });
    expect(claims).to.not.have.any.keys('iss', 'aud', 'nbf', 'jti');
    expect(Number(claims.exp) - Number(claims.iat)).to.equal(3600);
    expect(json.accessToken.expiry).to.equal(Number(claims.exp) * 1000);
    expect(json.accessToken.createdTime).to.equal(Number(claims.iat) * 1000);
  });

  it('case 2: CDI 3.1 knows no recipe user id and mints version 4', async () => {
    const { json } = await create({}, '3.1');
    expect(json.session).to.have.all.keys('handle', 'userId', 'userDataInJWT', 'tenantId');
    const { header, claims } = await verified(cdi, json.accessToken.token);
    expect(header.version).to.equal('4');
    expect(claims).to.not.have.property('rsub');
    expect(claims.tId).to.equal('public');
  });

  it('case 3: the anti-CSRF token is a UUID and the claim', async () => {
    const { json } = await create({ enableAntiCsrf: true });
    expect(Object.keys(json)).to.have.lengthOf(5);
    expect(json.antiCsrfToken).to.match(UUID);
    expect(decode(json.accessToken.token).claims.antiCsrfToken).to.equal(json.antiCsrfToken);
  });

  it('case 4: a protected key is refused and leaves no session', async () => {
    const { status, text } = await create({ userId: 'protected', userDataInJWT: { tId: 't9' } });
    expect([status, text]).to.deep.equal([400, 'The user payload contains protected field\n']);
    const { json } = await cdi.get('/recipe/session/user?userId=protected');
    expect(json).to.deep.equal({ status: 'OK', sessionHandles: [] });
  });

  it('case 5: rsub is protected from CDI 4.0 on', async () => {
    const statuses = ['3.0', '4.0', '5.6'].map(async (v) => (await create({ userDataInJWT: { rsub: 'q' } }, v)).status);
    expect(await Promise.all(statuses)).to.deep.equal([200, 400, 400]);
  });

  it('case 6: the first field that fails is named', async () => {
    const { enableAntiCsrf: _1, userId: _2, ...rest } = NEW_SESSION;
    expect((await cdi.post('/recipe/session', rest, '5.4')).text).to.equal(
      "Field name 'userId' is invalid in JSON input\n",
    );
    const { status, text } = await create({ enableAntiCsrf: 'true' });
    expect([status, text]).to.deep.equal([400, "Field name 'enableAntiCsrf' is invalid in JSON input\n"]);
  });

  it('an unknown tenant is reported before useDynamicSigningKey is read', async () => {
    const { text } = await cdi.post('/t404/recipe/session', { ...NEW_SESSION, useDynamicSigningKey: 1 }, '5.4');
    expect(text).to.match(/^AppId or tenantId not found/);
  });

  it('case 7: an explicit false selects the static key, null is an error', async () => {
    const { json } = await create({ useDynamicSigningKey: false });
    expect((await verified(cdi, json.accessToken.token)).header.kid).to.match(/^s-[0-9a-f-]{36}$/);
    const { status, text } = await create({ useDynamicSigningKey: null });
    expect([status, text]).to.deep.equal([400, "Field name 'useDynamicSigningKey' is invalid in JSON input\n"]);
  });

  it('case 8: any user id will do, the empty one too', async () => {
    const { json } = await create({ userId: '' });
    expect(decode(json.accessToken.token).claims).to.include({ sub: '', rsub: '' });
    expect(await getSession(cdi, json.session.handle)).to.include({ status: 'OK', userId: '', recipeUserId: '' });
  });

  it('case 9: handle and token name the tenant of the path', async () => {
    const { json } = await cdi.post('/t1/recipe/session', NEW_SESSION, '5.4');
    expect(json.session.handle).to.match(/_t1$/);
    expect(json.session.tenantId).to.equal('t1');
    expect(decode(json.accessToken.token).claims.tId).to.equal('t1');
    const inPublic = await cdi.post('/public/recipe/session', NEW_SESSION, '5.4');
    expect(inPublic.json.session.handle).to.match(UUID);
    const unknown = await cdi.post('/t404/recipe/session', NEW_SESSION, '5.4');
    expect(unknown.status).to.equal(400);
    expect(unknown.text).to.equal(
      'AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId combination ' +
        'not found: (, a1, t404)\n',
    );
  });

  it('case 12: CDI 5.6 may shorten the access token, and only shorten', async () => {
    const { answer } = await createSession(cdi, { accessTokenValidity: 600_000 }, '5.6');
    expect(answer.accessToken.expiry - answer.accessToken.createdTime).to.equal(600_000);
    expect(answer.refreshToken.expiry - answer.refreshToken.createdTime).to.equal(144_000 * 60_000);
    await createSession(cdi, { accessTokenValidity: 3_600_000 }, '5.6');
    for (const accessTokenValidity of [3_600_001, 0, -5]) {
      const { status, text } = await create({ accessTokenValidity }, '5.6');
      expect([status, text]).to.deep.equal([
        400,
        'accessTokenValidity must be greater than 0 and at most the configured access_token_validity (3600000 ms)\n',
      ]);
    }
    await createSession(cdi, { accessTokenValidity: 'abc' }, '5.4');
  });

  it('case 13: jitter shortens lifetimes, each by another share', async () => {
    const app = await createApp(cdiClient(annals.url), 'jitter', { access_token_validity_jitter: 0.25 });
    const lifetimes = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const { accessToken } = (await createSession(app)).answer;
        return (accessToken.expiry - accessToken.createdTime) / 1000;
      }),
    );
    for (const seconds of lifetimes) expect(seconds).to.be.within(2699, 3601);
    expect(new Set(lifetimes).size).to.be.greaterThan(1);
  });

  it('case 62: the refresh token carries the times of the session', async () => {
    const { handle, answer } = await createSession(cdi);
    const session = await getSession(cdi, handle);
    expect([session.expiry, session.timeCreated]).to.deep.equal([
      answer.refreshToken.expiry,
      answer.refreshToken.createdTime,
    ]);
  });

  it('case 63: payloads keep nulls, all digits and the order of members', async () => {
    const payload = '{"z":0,"n":null,"big":1234567890123456789,"deep":{"b":[1.50,-0],"a":{}}}';
    const body = `{"userId":"digits","enableAntiCsrf":false,"userDataInJWT":${payload},"userDataInDatabase": ${payload}}`;
    const created = await cdi.post('/recipe/session', body, '5.4');
    expect(created.text).to.contain(`"userDataInJWT":${payload}`);
    const { handle } = created.json.session;
    for (const path of ['/recipe/session', '/recipe/session/data', '/recipe/jwt/data']) {
      expect((await cdi.get(`${path}?sessionHandle=${handle}`)).text, path).to.contain(payload);
    }
    expect(decode(created.json.accessToken.token).claimsText).to.contain(payload.slice(1, -1));
  });

  it('a body that is no JSON object is refused before anything else', async () => {
    for (const body of ['', '[]', '{']) {
      const { status, text } = await cdi.at('/t404').post('/recipe/session', body, '5.4');
      expect([status, text]).to.deep.equal([400, 'Invalid Json Input\n']);
    }
  });
});
