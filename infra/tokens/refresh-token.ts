import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto';
import type { OpenedRefreshToken, RefreshTokenClaims } from '../ports/tokens.js';
import { sha256Hex } from './digest.js';
import { threeDotParts } from './dot-parts.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const ITERATIONS = 100;
const MINTED_VERSION = 'V2';
const READABLE_VERSIONS: ReadonlySet<string> = new Set(['V0', 'V1', 'V2']);
const PUBLIC_TENANT = 'public';

/** `hash1`, which travels in tokens, and `hash2`, the only form that is stored (20-session.md 4.3). */
export function refreshTokenHashes(token: string): { readonly hash1: string; readonly hash2: string } {
  const hash1 = sha256Hex(token);
  return { hash1, hash2: sha256Hex(hash1) };
}

/** Every token has an AES key of its own: the iv is the salt as well. */
function aesKey(refreshTokenKey: string, iv: Buffer): Buffer {
  return pbkdf2Sync(refreshTokenKey, iv, ITERATIONS, KEY_BYTES, 'sha512');
}

/**
 * Writes a refresh token (20-session.md 4.1, 4.2).
 *
 * @param nonce 64 hex characters, random
 * @param iv 12 bytes, never used before with this key
 */
export function sealRefreshToken(
  refreshTokenKey: string,
  claims: RefreshTokenClaims,
  nonce: string,
  iv: Buffer,
): string {
  const plaintext = JSON.stringify({
    sessionHandle: claims.sessionHandle,
    userId: claims.userId,
    parentRefreshTokenHash1: claims.parentRefreshTokenHash1 ?? undefined,
    nonce,
    antiCsrfToken: claims.antiCsrfToken ?? undefined,
    tenantId: claims.tenantId === PUBLIC_TENANT ? undefined : claims.tenantId,
  });
  const cipher = createCipheriv('aes-256-gcm', aesKey(refreshTokenKey, iv), iv);
  const sealed = Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${sealed.toString('base64')}.${nonce}.${MINTED_VERSION}`;
}

/** Mints a refresh token with a random nonce and iv. */
export function mintRefreshToken(refreshTokenKey: string, claims: RefreshTokenClaims): string {
  return sealRefreshToken(refreshTokenKey, claims, sha256Hex(randomUUID()), randomBytes(IV_BYTES));
}

/**
 * Opens a refresh token with the key of the app it is presented to; undefined if it was not minted with that key or
 * breaks any rule of 20-session.md 4.1. Never throws for any token.
 */
export function openRefreshToken(refreshTokenKey: string, token: string): OpenedRefreshToken | undefined {
  const parts = threeDotParts(token);
  if (!parts) return undefined;
  const [sealed, nonce, version] = parts;
  if (!READABLE_VERSIONS.has(version.toUpperCase())) return undefined;
  const plaintext = decrypt(refreshTokenKey, sealed);
  if (plaintext === undefined) return undefined;
  const claims = readClaims(plaintext, nonce);
  return claims && { claims, ...refreshTokenHashes(token) };
}

function decrypt(refreshTokenKey: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  // The decoder skips what it does not know; only the one spelling of these bytes is a token.
  if (bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64') !== sealed) return undefined;
  const iv = bytes.subarray(0, IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', aesKey(refreshTokenKey, iv), iv, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function readClaims(plaintext: string, nonce: string): RefreshTokenClaims | undefined {
  let content: Readonly<Record<string, unknown>> | null;
  try {
    content = JSON.parse(plaintext) as Readonly<Record<string, unknown>> | null;
  } catch {
    return undefined;
  }
  const { sessionHandle, userId, parentRefreshTokenHash1, antiCsrfToken, tenantId } = content ?? {};
  if (typeof sessionHandle !== 'string' || typeof userId !== 'string' || content?.nonce !== nonce) return undefined;
  return {
    sessionHandle,
    userId,
    tenantId: typeof tenantId === 'string' ? tenantId : PUBLIC_TENANT,
    parentRefreshTokenHash1: typeof parentRefreshTokenHash1 === 'string' ? parentRefreshTokenHash1 : null,
    antiCsrfToken: typeof antiCsrfToken === 'string' ? antiCsrfToken : null,
  };
}
