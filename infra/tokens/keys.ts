import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { JsonWebKeyEntry } from '../ports/tokens.js';

/** Parsing a key takes longer than signing with it, so the most recently used keys are kept parsed. */
function keyCache(max: number, parse: (der: Buffer) => KeyObject): (base64: string) => KeyObject {
  // By the key's own text: a kid is unique within its app only.
  const parsed = new LRUCache<string, KeyObject>({ max, memoMethod: (text) => parse(Buffer.from(text, 'base64')) });
  return (base64) => parsed.memo(base64);
}

/**
 * Turns base64 SPKI DER into a key that verifies, through a cache of `max` keys.
 *
 * The function it returns throws when the text is not a public key.
 */
export function publicKeyCache(max = 4096): (spki: string) => KeyObject {
  return keyCache(max, (key) => createPublicKey({ key, format: 'der', type: 'spki' }));
}

/** Turns base64 PKCS#8 DER into a key that signs, through a cache of `max` keys; throws as {@link publicKeyCache}. */
export function privateKeyCache(max = 1024): (pkcs8: string) => KeyObject {
  return keyCache(max, (key) => createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
}

/**
 * The entry of an RSA public key in a key set (20-session.md 6.3): n and e without a leading zero byte.
 *
 * @throws TypeError when it is not an RSA key
 */
export function jsonWebKeyEntry(kid: string, publicKey: KeyObject): JsonWebKeyEntry {
  const { kty, n, e } = publicKey.export({ format: 'jwk' });
  if (kty !== 'RSA' || n === undefined || e === undefined) throw new TypeError('a signing key must be an RSA key');
  return { kty, kid, n, e, alg: 'RS256', use: 'sig' };
}
