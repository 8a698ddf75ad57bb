import { isObjectText, type JsonText, jsonText, objectMembers, objectText } from '../../domain/json/raw-json.js';
import { type AccessTokenVersion, PROTECTED_KEYS } from '../../domain/session/access-token-version.js';
import type {
  AccessTokenReading,
  AccessTokenRejection,
  PublicKeyOf,
  ReadAccessToken,
  VerifyOptions,
} from '../ports/tokens.js';
import { threeDotParts } from './dot-parts.js';
import { decodeTextPart, verifyCompact } from './jws.js';

const INCOMPLETE = 'Access token does not contain all the information. Maybe the structure has changed?';
const PRIMITIVES: readonly string[] = ['string', 'number', 'boolean'];
const VERSIONS: ReadonlyMap<unknown, AccessTokenVersion> = new Map([
  [undefined, 5],
  ['3', 3],
  ['4', 4],
  ['5', 5],
]);

function reject(message: string): AccessTokenRejection {
  return { status: 'TRY_REFRESH_TOKEN', message };
}

/** Checks what is left of a token that was read: its expiry and its anti-CSRF claim, steps 5 and 6 of 20-session.md 5.5. */
export function checkAccessToken(reading: AccessTokenReading, options: VerifyOptions): AccessTokenReading {
  if (reading.status !== 'OK') return reading;
  if (reading.token.exp * 1000 < options.now) return reject('Access token expired');
  const wantsAntiCsrf = options.enableAntiCsrf && options.doAntiCsrfCheck;
  return wantsAntiCsrf && reading.token.antiCsrfToken === null ? reject(INCOMPLETE) : reading;
}

/**
 * Reads an access token whatever its expiry; its signature must hold. Steps 1 to 4 of 20-session.md 5.5, in their order.
 * Never throws for any token.
 *
 * @param publicKeyOf the verifiable keys of the app
 */
export function readAccessToken(token: string, publicKeyOf: PublicKeyOf): AccessTokenReading {
  const parts = threeDotParts(token);
  const header = parts && readHeader(parts[0]);
  if (!parts || !header) return reject('Invalid JWT');
  if ('status' in header) return header;
  const key = publicKeyOf(header.kid);
  if (!key) return { ...reject('Key not found'), unknownKid: header.kid };
  if (!verifyCompact(parts, key)) return reject('JWT verification failed');
  const claims = readObject(parts[1]);
  return claims ? readClaims(claims, header) : reject(INCOMPLETE);
}

interface Header {
  readonly kid: string;
  readonly version: AccessTokenVersion;
}

function readObject(part: string): JsonText | undefined {
  try {
    const object = jsonText(decodeTextPart(part) ?? '');
    return isObjectText(object) ? object : undefined;
  } catch {
    return undefined;
  }
}

function readHeader(part: string): Header | AccessTokenRejection | undefined {
  const object = readObject(part);
  if (object === undefined) return undefined;
  const header = JSON.parse(object) as Readonly<Record<string, unknown>>;
  const missing = (name: string): boolean => !PRIMITIVES.includes(typeof header[name]);
  if (missing('typ')) return reject('JWT header missing - typ');
  if (header.typ !== 'JWT') return reject('JWT header mismatch - typ');
  if (missing('alg')) return reject('JWT header missing - alg');
  if (header.alg !== 'RS256') return reject('JWT header mismatch - alg');
  const version = VERSIONS.get(header.version);
  if (version === undefined) return reject('JWT header mismatch - version');
  if (missing('kid')) return reject('JWT header missing - kid');
  if (typeof header.kid !== 'string') return reject('JWT header mismatch - kid');
  return { kid: header.kid, version };
}

function readClaims(object: JsonText, { kid, version }: Header): AccessTokenReading {
  const claims = new Map(objectMembers(object));
  const isProtected = PROTECTED_KEYS[version];
  const missing = isProtected.find((name) => !claims.has(name));
  if (missing !== undefined) return reject(`${INCOMPLETE} ${missing}`);
  const claim = (name: string): unknown => JSON.parse(claims.get(name) ?? 'null');
  const sub = claim('sub');
  const token = {
    version,
    kid,
    userId: sub,
    recipeUserId: version >= 5 ? claim('rsub') : sub,
    tenantId: version >= 4 ? claim('tId') : 'public',
    sessionHandle: claim('sessionHandle'),
    refreshTokenHash1: claim('refreshTokenHash1'),
    parentRefreshTokenHash1: claim('parentRefreshTokenHash1'),
    antiCsrfToken: claim('antiCsrfToken'),
    iat: claim('iat'),
    exp: claim('exp'),
    payload: objectText([...claims].filter(([name]) => !isProtected.includes(name))),
  };
  return hasRightTypes(token) ? { status: 'OK', token } : reject(INCOMPLETE);
}

/** A JWT of the JWT recipe may hold anything under these names, signed by the same keys. */
function hasRightTypes(token: { readonly [claim in keyof ReadAccessToken]: unknown }): token is ReadAccessToken {
  const isText = (value: unknown) => typeof value === 'string';
  return (
    [token.userId, token.recipeUserId, token.tenantId, token.sessionHandle, token.refreshTokenHash1].every(isText) &&
    [token.parentRefreshTokenHash1, token.antiCsrfToken].every((value) => value === null || isText(value)) &&
    [token.iat, token.exp].every(Number.isFinite)
  );
}
