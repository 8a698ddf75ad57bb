import { createPublicKey, verify } from 'node:crypto';
import { expect } from 'chai';
import { signedUp } from './accounts.js';
import { type App, startApp } from './app.js';
import { runningApp } from './running-app.js';
import { TRANSFER_METHODS } from './transfer-methods.js';

interface Jwk {
  readonly kid: string;
  readonly kty: string;
  readonly n: string;
  readonly e: string;
}

function decoded(part: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
}

/** Verifies a token as any resource server would, with the published keys. Fails if the signature is not by one of them. */
function verified(token: string, keys: readonly Jwk[]) {
  const [header, payload, signature] = token.split('.');
  const { kid } = decoded(header);
  const jwk = keys.find((key) => key.kid === kid);
  if (!jwk) throw new Error(`key ${kid} is not published`);
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const isGood = verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature ?? '', 'base64url'));
  expect(isGood).to.equal(true);
  return { header: decoded(header), payload: decoded(payload) };
}

describe('an app that makes and shows tokens', () => {
  const running = runningApp();

  async function published(): Promise<readonly Jwk[]> {
    const response = await fetch(`${running.app.url}/auth/jwt/jwks.json`);
    expect(response.headers.get('cache-control')).to.match(/^max-age=60\d+, must-revalidate$/);
    return ((await response.json()) as { keys: readonly Jwk[] }).keys;
  }

  it('publishes the keys of Annals', async () => {
    const keys = await published();
    expect(keys.map(({ kid }) => kid.slice(0, 2))).to.deep.equal(['d-', 's-']);
    const { validityInSeconds, ...rest } = await running.app.backend('getJWKS');
    expect(rest.keys).to.deep.equal(keys);
    expect(validityInSeconds).to.be.within(600_000, 604_740);
  });

  it('says in its OpenID configuration where the keys are', async () => {
    const response = await fetch(`${running.app.url}/auth/.well-known/openid-configuration`);
    const configuration = await response.json();
    expect(configuration).to.include({
      issuer: `${running.app.url}/auth`,
      jwks_uri: `${running.app.url}/auth/jwt/jwks.json`,
    });
  });

  for (const [family, prefix, args] of [
    ['static', 's-', []],
    ['dynamic', 'd-', [false]],
  ] as const) {
    it(`makes a JWT with its ${family} key`, async () => {
      const payload = { scope: ['a', 'b'], nothing: null };
      const made = await running.app.backend('createJWT', payload, 600, ...args);
      if (made.status !== 'OK') throw new Error(made.status);
      const token = verified(made.jwt, await published());
      expect(token.header).to.include({ alg: 'RS256', typ: 'JWT' }).and.to.not.have.property('version');
      expect(token.header.kid).to.match(new RegExp(`^${prefix}`));
      expect(token.payload).to.deep.include({ ...payload, iss: `${running.app.url}/auth` });
      expect(Number(token.payload.exp) - Number(token.payload.iat)).to.equal(600);
    });
  }

  it('a JWT lives a hundred years if nothing else is said', async () => {
    const made = await running.app.backend('createJWT', {});
    if (made.status !== 'OK') throw new Error(made.status);
    const { payload } = verified(made.jwt, await published());
    expect(Number(payload.exp) - Number(payload.iat)).to.equal(3_153_600_000);
  });

  for (const { name, open } of TRANSFER_METHODS) {
    it(`its access tokens verify with the published keys (${name})`, async () => {
      const frontEnd = open(running.app.url);
      const { userId, handle } = await signedUp(frontEnd);
      const token = verified(frontEnd.tokens().accessToken ?? '', await published());
      expect(token.header).to.include({ version: '5' });
      expect(token.payload).to.include({ sub: userId, rsub: userId, tId: 'public', sessionHandle: handle });
    });
  }
});

describe('an app that changes to static signing keys', () => {
  const running = runningApp();
  let changed: App;

  before(async () => {
    changed = await startApp({ connectionUri: running.annals.url, useDynamicSigningKey: false });
  });

  after(() => changed.stop());

  const kindOf = (token: string | undefined) => String(decoded(token?.split('.')[0]).kid).slice(0, 2);

  for (const { name, open } of TRANSFER_METHODS) {
    it(`signs with them from the first token on (${name})`, async () => {
      const frontEnd = open(changed.url);
      const { handle } = await signedUp(frontEnd);
      expect(kindOf(frontEnd.tokens().accessToken)).to.equal('s-');
      await frontEnd.request('PUT', '/session/claims', { body: { a: 1 } });
      expect(kindOf(frontEnd.tokens().accessToken)).to.equal('s-');
      await frontEnd.refresh();
      expect((await frontEnd.request('GET', '/session')).body.handle).to.equal(handle);
      expect(kindOf(frontEnd.tokens().accessToken)).to.equal('s-');
    });
  }

  it('asks holders of older tokens for a refresh, which changes them over', async () => {
    const [, headers] = TRANSFER_METHODS;
    if (!headers) throw new Error('no transfer method');
    const before = headers.open(running.app.url);
    const { handle } = await signedUp(before);
    const { accessToken, refreshToken } = before.tokens();
    const after = headers.open(changed.url);
    const bearer = (token: string | undefined) => ({ headers: { authorization: `Bearer ${token}` } });
    const refused = await after.request('GET', '/session', bearer(accessToken));
    expect([refused.status, refused.body.message]).to.deep.equal([401, 'try refresh token']);
    expect((await after.refresh(bearer(refreshToken))).status).to.equal(200);
    expect((await after.request('GET', '/session')).body.handle).to.equal(handle);
    expect(kindOf(after.tokens().accessToken)).to.equal('s-');
  });
});
