import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import {
  createApp,
  createSession,
  createTenant,
  decode,
  refresh,
  resigned,
  verified,
  verifySession,
} from './tokens.js';

describe('verify session (20-session.md 9.3)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = await createApp(cdiClient(annals.url), 'a1');
    await createTenant(cdi, 't1');
    await createTenant(cdi, 't2');
  });

  after(() => annals.stop());

  it('case 14: a fresh token answers the session of its creation, and no token', async () => {
    const { accessToken, answer } = await createSession(cdi, { userDataInJWT: { role: 'x', n: null } });
    for (const checkDatabase of [false, true]) {
      const { json } = await verifySession(cdi, accessToken, '5.4', { checkDatabase });
      expect(json).to.deep.equal({ status: 'OK', session: answer.session });
    }
  });

  it('case 15: fields are checked', async () => {
    const { accessToken } = await createSession(cdi);
    for (const [field, fields] of [
      ['checkDatabase', { checkDatabase: undefined }],
      ['antiCsrfToken', { antiCsrfToken: null }],
      ['accessToken', { accessToken: 7, doAntiCsrfCheck: 'x' }],
    ] as const) {
      const { status, text } = await verifySession(cdi, accessToken, '5.4', fields);
      expect([status, text]).to.deep.equal([400, `Field name '${field}' is invalid in JSON input\n`]);
    }
  });

  it('case 16: garbage and the token of another app are to be refreshed', async () => {
    expect((await verifySession(cdi, 'abc')).json.status).to.equal('TRY_REFRESH_TOKEN');
    const other = await createApp(cdiClient(annals.url), 'a2');
    const { accessToken } = await createSession(other);
    const { json } = await verifySession(cdi, accessToken);
    expect(json).to.deep.equal({ status: 'TRY_REFRESH_TOKEN', message: 'Key not found' });
  });

  it('case 17: a header that can not be ours is to be refreshed, never a fault', async () => {
    const { accessToken } = await createSession(cdi);
    const [, claims, signature] = accessToken.split('.');
    const { header } = decode(accessToken);
    for (const change of [
      { version: '999' },
      { version: 5 },
      { kid: 42 },
      { kid: 'd-1' },
      { alg: 'HS256' },
      { typ: 1 },
    ]) {
      const part = Buffer.from(JSON.stringify({ ...header, ...change })).toString('base64url');
      const { status, json } = await verifySession(cdi, `${part}.${claims}.${signature}`);
      expect([status, json.status], JSON.stringify(change)).to.deep.equal([200, 'TRY_REFRESH_TOKEN']);
    }
    for (const token of [`${accessToken}x`, accessToken.slice(0, -3), `${accessToken.slice(0, -4)}!%&$`, '..', '']) {
      const { status, json } = await verifySession(cdi, token);
      expect([status, json.status], token).to.deep.equal([200, 'TRY_REFRESH_TOKEN']);
    }
  });

  it('case 18: an expired token is to be refreshed', async () => {
    const { accessToken } = await createSession(cdi);
    const expired = await resigned(cdi, accessToken, { exp: Math.floor(Date.now() / 1000) - 1 });
    const { json } = await verifySession(cdi, expired);
    expect(json).to.deep.equal({ status: 'TRY_REFRESH_TOKEN', message: 'Access token expired' });
  });

  it('case 19: the anti-CSRF token is compared when asked for', async () => {
    const { accessToken, answer } = await createSession(cdi, { enableAntiCsrf: true });
    const check = (fields: object) =>
      verifySession(cdi, accessToken, '5.4', { enableAntiCsrf: true, doAntiCsrfCheck: true, ...fields });
    const failed = { status: 'TRY_REFRESH_TOKEN', message: 'anti-csrf check failed' };
    expect((await check({ antiCsrfToken: 'wrong' })).json).to.deep.equal(failed);
    expect((await check({})).json).to.deep.equal(failed);
    expect((await check({ antiCsrfToken: answer.antiCsrfToken })).json.status).to.equal('OK');
    expect((await check({ antiCsrfToken: 'wrong', doAntiCsrfCheck: false })).json.status).to.equal('OK');
  });

  it('case 20: a revoked session is missed with checkDatabase alone', async () => {
    const { accessToken, handle } = await createSession(cdi);
    await cdi.post('/recipe/session/remove', { sessionHandles: [handle] });
    for (const version of ['5.4', '5.6']) {
      expect((await verifySession(cdi, accessToken, version)).json).to.deep.equal({
        status: 'UNAUTHORISED',
        message: 'Either the session has ended or has been blacklisted',
      });
      const { json } = await verifySession(cdi, accessToken, version, { checkDatabase: false });
      expect(json.status).to.equal('OK');
    }
  });

  it('case 21: a new payload is minted at CDI 5.4 and announced at 5.6', async () => {
    const { accessToken, handle } = await createSession(cdi, { userDataInJWT: { role: 'x' } });
    const unchanged = await verifySession(cdi, accessToken, '5.6');
    expect(unchanged.json.payloadUpdateAvailable).to.equal(false);
    await cdi.put('/recipe/jwt/data', { sessionHandle: handle, userDataInJWT: { role: 'y' } }, '5.4');

    const announced = (await verifySession(cdi, accessToken, '5.6')).json;
    expect(announced).to.have.all.keys('status', 'session', 'payloadUpdateAvailable');
    expect(announced.payloadUpdateAvailable).to.equal(true);
    expect(announced.session.userDataInJWT).to.deep.equal({ role: 'x' });
    const unchecked = (await verifySession(cdi, accessToken, '5.6', { checkDatabase: false })).json;
    expect(unchecked).to.have.all.keys('status', 'session');

    const minted = (await verifySession(cdi, accessToken, '5.4')).json;
    expect(minted.session.userDataInJWT).to.deep.equal({ role: 'y' });
    expect(minted.accessToken).to.have.all.keys('token', 'expiry', 'createdTime');
    expect((await verified(cdi, minted.accessToken.token)).claims).to.include({ role: 'y', sessionHandle: handle });
    expect((await verifySession(cdi, minted.accessToken.token)).json).to.not.have.property('accessToken');
  });

  it('case 22: CDI 5.6 verifies through the public tenant only', async () => {
    const { accessToken } = await createSession(cdi);
    const { status, text } = await verifySession(cdi.at('/t1'), accessToken, '5.6');
    expect([status, text]).to.deep.equal([403, 'Only public tenantId can call this app specific API\n']);
    expect((await verifySession(cdi.at('/t1'), accessToken, '5.5')).json.status).to.equal('OK');
    expect((await verifySession(cdi.at('/t404'), accessToken, '5.5')).json.status).to.equal('OK');
  });

  it('case 23: the tenant is the one of the token, whatever the path', async () => {
    const { accessToken, handle } = await createSession(cdi.at('/t1'), {}, '3.0');
    for (const client of [cdi, cdi.at('/t2')]) {
      const { json } = await verifySession(client, accessToken, '3.0');
      expect(json.session).to.include({ handle, tenantId: 't1' });
    }
  });

  it('case 24: a version 4 token stays one, and its user is its recipe user', async () => {
    const { refreshToken, accessToken } = await createSession(cdi, { userId: 'four' }, '3.0');
    expect((await verifySession(cdi, accessToken, '4.0')).json.session.recipeUserId).to.equal('four');
    const child = await refresh(cdi, refreshToken, '3.0');
    const { json } = await verifySession(cdi, child.accessToken, '4.0');
    expect(json.session.recipeUserId).to.equal('four');
    const { header, claims } = await verified(cdi, json.accessToken.token);
    expect(header.version).to.equal('4');
    expect(claims).to.include({ sub: 'four', parentRefreshTokenHash1: null }).and.not.have.property('rsub');
  });

  it('case 25: a JWT with all claims of a session is an access token', async () => {
    const userDataInJWT = { iss: 'https://api.example.org/auth', role: 'x' };
    const { accessToken } = await createSession(cdi, { userDataInJWT });
    const { iat: _iat, exp: _exp, ...payload } = decode(accessToken).claims;
    const { json } = await cdi.post('/recipe/jwt', {
      algorithm: 'RS256',
      jwksDomain: 'https://api.example.org',
      payload,
      validity: 1234,
      useStaticSigningKey: false,
    });
    const { iat, exp } = decode(json.jwt).claims;
    expect(Number(exp) - Number(iat)).to.equal(1234);
    for (const checkDatabase of [false, true]) {
      const { json: answer } = await verifySession(cdi, json.jwt, '5.4', { checkDatabase });
      expect(answer).to.have.all.keys('status', 'session');
      expect(answer.session.userDataInJWT).to.deep.equal(userDataInJWT);
    }
  });

  it('a token of a removed tenant is a 400', async () => {
    await createTenant(cdi, 'brief');
    const { accessToken } = await createSession(cdi.at('/brief'));
    await cdi.post('/recipe/multitenancy/tenant/remove', { tenantId: 'brief' });
    const { status, text } = await verifySession(cdi, accessToken);
    expect(status).to.equal(400);
    expect(text).to.match(/^AppId or tenantId not found .*\(, a1, brief\)\n$/);
  });
});
