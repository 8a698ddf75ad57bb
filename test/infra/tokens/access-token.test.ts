import { createPrivateKey, sign, verify } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { type JsonText, jsonText } from '../../../domain/json/raw-json.js';
import { PROTECTED_KEYS } from '../../../domain/session/access-token-version.js';
import type { PublicKeyOf, VerifyOptions } from '../../../infra/ports/tokens.js';
import { checkAccessToken, readAccessToken } from '../../../infra/tokens/access-token.js';
import { runTokenJob } from '../../../infra/tokens/jobs.js';
import { privateKeyCache } from '../../../infra/tokens/keys.js';
import { accessJob, jwtPart, KID, NOW, otherPair, pair, publicKeyOf } from './fixtures.js';

const INCOMPLETE = 'Access token does not contain all the information. Maybe the structure has changed?';
const OPTIONS = { now: NOW, enableAntiCsrf: false, doAntiCsrfCheck: false };
const GOOD_HEADER = { alg: 'RS256', typ: 'JWT', kid: KID, version: '5' };
const privateKey = privateKeyCache();

const verifyAccessToken = (token: string, keyOf: PublicKeyOf, options: VerifyOptions) =>
  checkAccessToken(readAccessToken(token, keyOf), options);
const mint = (changes = {}): string => runTokenJob({ kind: 'access', job: accessJob(changes) }, privateKey) as string;
const createJwt = (payload: JsonText): string => {
  const job = { signingKey: accessJob().signingKey, issuer: 'i', issuedAt: NOW, validity: 1234, payload };
  return runTokenJob({ kind: 'jwt', job }, privateKey) as string;
};

/** Signs any header and payload, independently of the code under test. */
function forge(header: unknown, payload: unknown = {}, pkcs8 = pair.privatePkcs8): string {
  const part = (value: unknown): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const input = `${part(header)}.${part(payload)}`;
  const key = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

function message(token: string, options = {}): string {
  const reading = verifyAccessToken(token, publicKeyOf, { ...OPTIONS, ...options });
  return reading.status === 'OK' ? 'OK' : reading.message;
}

describe('access tokens (20-session.md 5)', () => {
  it('have the header of their version, and a signature that node:crypto verifies', () => {
    for (const version of [3, 4, 5] as const) {
      const token = mint({ version });
      const [header, claims, signature = ''] = token.split('.');
      expect(token).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(jwtPart(token, 0)).to.deep.equal({ ...GOOD_HEADER, version: String(version) });
      const input = Buffer.from(`${header}.${claims}`);
      expect(verify('RSA-SHA256', input, pair.publicKey, Buffer.from(signature, 'base64url'))).to.equal(true);
    }
  });

  it('give back what was minted, custom claims verbatim', () => {
    const payload = jsonText('{"10":1.0,"2":null,"big":1234567890123456789}');
    const reading = verifyAccessToken(mint({ payload, antiCsrfToken: 'c' }), publicKeyOf, OPTIONS);
    expect(reading).to.deep.equal({
      status: 'OK',
      token: {
        version: 5,
        kid: KID,
        sessionHandle: '5d0c1f2e-8a4b-4c3d-9e6f-7a8b9c0d1e2f_t1',
        tenantId: 't1',
        userId: 'primary',
        recipeUserId: 'u1',
        refreshTokenHash1: 'ab'.repeat(32),
        parentRefreshTokenHash1: null,
        antiCsrfToken: 'c',
        iat: 1_700_000_000,
        exp: 1_700_003_600,
        payload,
      },
    });
  });

  it('case 24: in V3 and V4 the recipe user is sub; in V3 the tenant is public', () => {
    for (const [version, tenantId] of [
      [3, 'public'],
      [4, 't1'],
    ] as const) {
      const reading = readAccessToken(mint({ version }), publicKeyOf);
      expect(reading.status === 'OK' && reading.token).to.deep.include({
        version,
        tenantId,
        userId: 'primary',
        recipeUserId: 'primary',
      });
    }
  });

  it('keep rsub and tId as custom claims where their version does not protect them', () => {
    const payload = jsonText('{"tId":"mine","rsub":"q"}');
    const reading = readAccessToken(mint({ version: 3, payload }), publicKeyOf);
    expect(reading.status === 'OK' && reading.token.payload).to.equal(payload);
  });

  it('case 25: a JWT that holds all V5 claims passes, and counts as V5', () => {
    const claims = { ...jwtPart(mint(), 1), iat: undefined, exp: undefined };
    const token = createJwt(jsonText(JSON.stringify(claims)));
    expect(jwtPart(token, 0)).to.deep.equal({ alg: 'RS256', typ: 'JWT', kid: KID });
    const reading = verifyAccessToken(token, publicKeyOf, OPTIONS);
    expect(reading.status === 'OK' && reading.token).to.deep.include({
      version: 5,
      recipeUserId: 'u1',
      iat: 1_700_000_000,
      exp: 1_700_001_234,
      payload: '{"iss":"i","role":"x","n":null}',
    });
  });

  const header = (changes: object): string => forge({ ...GOOD_HEADER, ...changes });
  const rejected: Array<[string, string, string]> = [
    ['case 16: garbage', 'abc', 'Invalid JWT'],
    ['an empty text', '', 'Invalid JWT'],
    ['two parts', 'a.b', 'Invalid JWT'],
    ['four parts', `${mint()}.x`, 'Invalid JWT'],
    ['a header that is no base64url', `!${mint()}`, 'Invalid JWT'],
    ['a header that is no JSON', forge('{'), 'Invalid JWT'],
    ['a header that is an array', forge([]), 'Invalid JWT'],
    ['no typ', header({ typ: undefined }), 'JWT header missing - typ'],
    ['another typ', header({ typ: 'jwt' }), 'JWT header mismatch - typ'],
    ['no alg', header({ alg: {} }), 'JWT header missing - alg'],
    ['case 17: alg HS256', header({ alg: 'HS256' }), 'JWT header mismatch - alg'],
    ['alg none', header({ alg: 'none' }), 'JWT header mismatch - alg'],
    ['case 17: version 999', header({ version: '999' }), 'JWT header mismatch - version'],
    ['a version that is a number', header({ version: 5 }), 'JWT header mismatch - version'],
    ['a version that is null', header({ version: null }), 'JWT header mismatch - version'],
    ['no kid', header({ kid: undefined }), 'JWT header missing - kid'],
    ['a kid that is null', header({ kid: null }), 'JWT header missing - kid'],
    ['case 17: a kid that is a number', header({ kid: 42 }), 'JWT header mismatch - kid'],
    ['case 16: the key of another app', header({ kid: 'd-2' }), 'Key not found'],
    ['another signer', forge(GOOD_HEADER, {}, otherPair.privatePkcs8), 'JWT verification failed'],
    ['W2: a signature outside base64url', `${mint()}!`, 'JWT verification failed'],
    ['a signature with padding', `${mint()}==`, 'JWT verification failed'],
    ['a truncated signature', mint().slice(0, -4), 'JWT verification failed'],
    ['claims that are no object', forge(GOOD_HEADER, []), INCOMPLETE],
    ['claims that are no JSON', forge(GOOD_HEADER, '{'), INCOMPLETE],
  ];
  for (const [what, token, expected] of rejected) {
    it(`rejects ${what}: ${expected}`, () => expect(message(token)).to.equal(expected));
  }

  it('rejects a changed payload', () => {
    const [first, , third] = mint().split('.');
    const [, second] = mint({ userId: 'victim' }).split('.');
    expect(message([first, second, third].join('.'))).to.equal('JWT verification failed');
  });

  it('ignores empty parts at the end', () => expect(message(`${mint()}..`)).to.equal('OK'));

  it('tells the kid that is to be looked for in storage', () => {
    const reading = verifyAccessToken(header({ kid: 'd-2' }), publicKeyOf, OPTIONS);
    expect(reading).to.deep.equal({ status: 'TRY_REFRESH_TOKEN', message: 'Key not found', unknownKid: 'd-2' });
  });

  for (const version of [3, 4, 5] as const) {
    it(`names the first missing claim of V${version}`, () => {
      const claims = jwtPart(mint({ version }), 1);
      const versioned = { ...GOOD_HEADER, version: String(version) };
      expect(message(forge(versioned, claims))).to.equal('OK');
      for (const name of PROTECTED_KEYS[version]) {
        expect(message(forge(versioned, { ...claims, [name]: undefined }))).to.equal(`${INCOMPLETE} ${name}`);
      }
      expect(message(forge(versioned, {}))).to.equal(`${INCOMPLETE} sub`);
    });
  }

  it('rejects claims of a wrong type', () => {
    const claims = jwtPart(mint(), 1);
    for (const wrong of [{ sub: 5 }, { exp: '9999999999' }, { iat: null }, { tId: null }, { antiCsrfToken: 1 }]) {
      expect(message(forge(GOOD_HEADER, { ...claims, ...wrong })), JSON.stringify(wrong)).to.equal(INCOMPLETE);
    }
  });

  it('case 18: expires after exp, not at it', () => {
    const exp = 1_700_003_600_000;
    expect(message(mint(), { now: exp })).to.equal('OK');
    expect(message(mint(), { now: exp + 1 })).to.equal('Access token expired');
  });

  it('misses an anti-CSRF value only when both flags ask for it, and after the expiry', () => {
    const asked = { enableAntiCsrf: true, doAntiCsrfCheck: true };
    expect(message(mint(), asked)).to.equal(INCOMPLETE);
    expect(message(mint({ antiCsrfToken: 'c' }), asked)).to.equal('OK');
    expect(message(mint(), { enableAntiCsrf: true })).to.equal('OK');
    expect(message(mint(), { doAntiCsrfCheck: true })).to.equal('OK');
    expect(message(mint(), { ...asked, now: NOW * 2 })).to.equal('Access token expired');
  });

  it('W1: reading for a copy ignores expiry but not the signature', () => {
    expect(readAccessToken(mint({ expiresAt: 0 }), publicKeyOf).status).to.equal('OK');
    const forged = forge(GOOD_HEADER, jwtPart(mint(), 1), otherPair.privatePkcs8);
    expect(readAccessToken(forged, publicKeyOf)).to.include({ message: 'JWT verification failed' });
  });

  it('rejects anything else without throwing', () => {
    const [good = ''] = mint().split('.');
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant(good),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    );
    const token = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join('.')),
    );
    fc.assert(fc.property(token, (text) => message(text) !== 'OK'));
    fc.assert(
      fc.property(fc.jsonValue(), (claims) => message(forge(GOOD_HEADER, claims)).startsWith(INCOMPLETE)),
      {
        numRuns: 25,
      },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (odd) => message(forge(odd)) !== 'OK'),
      { numRuns: 25 },
    );
  });
});
