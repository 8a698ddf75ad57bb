import { type KeyObject, sign, verify } from 'node:crypto';

const BASE64URL = /^[A-Za-z0-9_-]*$/;

/** Base64url without padding of a text's UTF-8 bytes. */
function encodePart(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

/** The bytes of a base64url part without padding; undefined if a character is outside that alphabet. */
function decodePart(part: string): Buffer | undefined {
  return BASE64URL.test(part) ? Buffer.from(part, 'base64url') : undefined;
}

/** The text of a base64url part; undefined if it is not one. */
export function decodeTextPart(part: string): string | undefined {
  return decodePart(part)?.toString('utf8');
}

/**
 * Makes a compact JWS with RS256 (RFC 7515, RFC 7518 3.3).
 *
 * @param version the access token version for the header; none for other JWTs (20-session.md 5.1)
 */
export function signCompact(kid: string, version: number | undefined, claims: string, key: KeyObject): string {
  const header = JSON.stringify({ alg: 'RS256', typ: 'JWT', kid, version: version?.toString() });
  const input = `${encodePart(header)}.${encodePart(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input, 'latin1'), key).toString('base64url')}`;
}

/** Whether the third part is the RS256 signature of the first two. */
export function verifyCompact([header, claims, signature]: readonly [string, string, string], key: KeyObject): boolean {
  const bytes = decodePart(signature);
  return bytes !== undefined && verify('sha256', Buffer.from(`${header}.${claims}`, 'utf8'), key, bytes);
}
