import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';

/** `sha` of 20-session.md. */
export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

type Json = Record<string, unknown>;

/** Header and claims of a JWT, unchecked. */
export function decode(token: string): { readonly header: Json; readonly claims: Json; readonly claimsText: string } {
  const [header = '', claims = ''] = token.split('.');
  const claimsText = Buffer.from(claims, 'base64url').toString();
  return {
    header: JSON.parse(Buffer.from(header, 'base64url').toString()),
    claims: JSON.parse(claimsText),
    claimsText,
  };
}

/** The published keys of the app that `cdi` calls. */
export async function keysOf(cdi: CdiClient): Promise<readonly Json[]> {
  return (await cdi.get('/.well-known/jwks.json')).json.keys;
}

/** Checks a JWT's RS256 signature against the published keys, and decodes it. */
export async function verified(cdi: CdiClient, token: string): Promise<ReturnType<typeof decode>> {
  const decoded = decode(token);
  const key = (await keysOf(cdi)).find(({ kid }) => kid === decoded.header.kid);
  expect(key, `the key set lacks ${decoded.header.kid}`).to.include({
    kty: 'RSA',
    alg: 'RS256',
    use: 'sig',
    e: 'AQAB',
  });
  const [header, claims, signature = ''] = token.split('.');
  const publicKey = createPublicKey({ key: key as never, format: 'jwk' });
  const holds = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${claims}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  );
  expect(holds, 'the signature does not hold').to.equal(true);
  return decoded;
}

/** What a new session is made of when a case doesn't say. */
export const NEW_SESSION = { userId: 'u1', userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };

/** A session that was created or refreshed, as clients know it. */
export interface Issued {
  readonly handle: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly answer: CdiAnswer['json'];
}

function issued(answer: CdiAnswer): Issued {
  expect(answer.json?.status, answer.text).to.equal('OK');
  const { json } = answer;
  return {
    handle: json.session.handle,
    accessToken: json.accessToken.token,
    refreshToken: json.refreshToken.token,
    answer: json,
  };
}

export async function createSession(cdi: CdiClient, fields: object = {}, version = '5.4'): Promise<Issued> {
  return issued(await cdi.post('/recipe/session', { ...NEW_SESSION, ...fields }, version));
}

/** The answer to a refresh, whatever it is. */
export function tryRefresh(
  cdi: CdiClient,
  refreshToken: string,
  version = '5.4',
  fields: object = {},
): Promise<CdiAnswer> {
  const body = { refreshToken, enableAntiCsrf: false, useDynamicSigningKey: true, ...fields };
  return cdi.post('/recipe/session/refresh', body, version);
}

export async function refresh(
  cdi: CdiClient,
  refreshToken: string,
  version = '5.4',
  fields: object = {},
): Promise<Issued> {
  return issued(await tryRefresh(cdi, refreshToken, version, fields));
}

/** The answer to a verify with `checkDatabase`, without the anti-CSRF check. */
export function verifySession(
  cdi: CdiClient,
  accessToken: string,
  version = '5.4',
  fields: object = {},
): Promise<CdiAnswer> {
  const body = { accessToken, doAntiCsrfCheck: false, enableAntiCsrf: false, checkDatabase: true, ...fields };
  return cdi.post('/recipe/session/verify', body, version);
}

/** The answer to `GET /recipe/session`. */
export async function getSession(cdi: CdiClient, handle: string, version = '5.4'): Promise<CdiAnswer['json']> {
  return (await cdi.get(`/recipe/session?sessionHandle=${encodeURIComponent(handle)}`, version)).json;
}

export const GONE = { status: 'UNAUTHORISED', message: 'Session does not exist.' };

/** Makes an app, without jitter, and the client that calls it. */
export async function createApp(cdi: CdiClient, appId: string, coreConfig: object = {}): Promise<CdiClient> {
  const config = { access_token_validity_jitter: 0, ...coreConfig };
  const { json, text } = await cdi.put('/recipe/multitenancy/app/v2', { appId, coreConfig: config });
  expect(json?.status, text).to.equal('OK');
  return cdi.at(`/appid-${appId}`);
}

/** Makes a tenant of the app that `cdi` calls. */
export async function createTenant(cdi: CdiClient, tenantId: string): Promise<CdiClient> {
  const { json, text } = await cdi.put('/recipe/multitenancy/tenant/v2', { tenantId });
  expect(json?.status, text).to.equal('OK');
  return cdi.at(`/${tenantId}`);
}

/** An access token with all claims of another, except for `changes`, signed by the dynamic key of the app. */
export async function resigned(cdi: CdiClient, accessToken: string, changes: object): Promise<string> {
  const { json } = await cdi.post('/recipe/jwt', {
    algorithm: 'RS256',
    jwksDomain: 'https://api.example.org',
    payload: { ...decode(accessToken).claims, ...changes },
    validity: 3600,
    useStaticSigningKey: false,
  });
  return json.jwt;
}

/** Asks again until the answer satisfies; for what only the passing of time brings about. */
export async function eventually<T>(ask: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`gave up waiting, the last answer was ${JSON.stringify(answer)}`);
  }
}
