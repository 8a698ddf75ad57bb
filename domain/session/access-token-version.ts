import { compareVersions } from '../config/cdi-versions.js';
import { type JsonText, objectMembers } from '../json/raw-json.js';

/** The layouts of access tokens that are read and minted: V3 (CDI 2.21), V4 (CDI 3.x), V5 (CDI 4.0 and later). */
export type AccessTokenVersion = 3 | 4 | 5;

/** The version minted at create and refresh, and whose protected keys a payload is checked for (20-session.md 1). */
export function accessTokenVersion(cdiVersion: string): AccessTokenVersion {
  return compareVersions(cdiVersion, '4.0') < 0 ? 4 : 5;
}

/** Whether refresh rotates at once and verify never writes (20-session.md 1: "≥5.6"). */
export function rotatesRefreshTokens(cdiVersion: string): boolean {
  return compareVersions(cdiVersion, '5.6') >= 0;
}

const V3_KEYS = [
  'sub',
  'exp',
  'iat',
  'sessionHandle',
  'refreshTokenHash1',
  'parentRefreshTokenHash1',
  'antiCsrfToken',
] as const;
const V4_KEYS = [...V3_KEYS, 'tId'] as const;

/** The claims that belong to the core, by token version, in the order in which they are looked for (20-session.md 5.3). */
export const PROTECTED_KEYS: Readonly<Record<AccessTokenVersion, readonly string[]>> = {
  3: V3_KEYS,
  4: V4_KEYS,
  5: [...V4_KEYS, 'rsub'],
};

/** Whether one of these member names may not stand in a custom payload of a token of this version. */
export function hasProtectedKey(members: Iterable<string>, version: AccessTokenVersion): boolean {
  const names = new Set(members);
  return PROTECTED_KEYS[version].some((key) => names.has(key));
}

/** {@link hasProtectedKey} for an object text. */
export function payloadHasProtectedKey(payload: JsonText, version: AccessTokenVersion): boolean {
  return hasProtectedKey(
    objectMembers(payload).map(([name]) => name),
    version,
  );
}
