import { createCipheriv, scrypt as scryptWithCallback, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { FirebaseHash } from '../../domain/emailpassword/password-hash-format.js';

const scrypt = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scryptWithCallback,
);

const DERIVED_BYTES = 64;
const CIPHER_KEY_BYTES = 32;
/** The most an imported hash may ask for: memCost 18 at 8 rounds, 16 times what Firebase itself allows. */
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;

/**
 * Verifies a password, as UTF-8, against a firebase scrypt hash (30-emailpassword.md 1.5, W10). A hash that asks for
 * more than 256 MiB never matches.
 *
 * @param signerKey base64, either alphabet
 * @throws Error when the parameters are none that scrypt takes
 */
export async function verifyFirebase(password: string, stored: FirebaseHash, signerKey: string): Promise<boolean> {
  const N = 2 ** stored.memCost;
  const r = stored.rounds;
  // To node:crypto zero rounds mean the default.
  if (r < 1 || 128 * N * r > MAX_MEMORY_BYTES) return false;
  const salt = Buffer.concat([Buffer.from(stored.salt, 'base64'), Buffer.from(stored.saltSeparator, 'base64')]);
  const key = await scrypt(password, salt, DERIVED_BYTES, { N, r, p: 1, maxmem: 128 * r * (N + 8) });
  const cipher = createCipheriv('aes-256-ctr', key.subarray(0, CIPHER_KEY_BYTES), Buffer.alloc(16));
  const expected = Buffer.concat([cipher.update(Buffer.from(signerKey, 'base64')), cipher.final()]).toString('base64');
  // An unreadable signer key encrypts to nothing, which must not equal an empty hash.
  return expected !== '' && equalInConstantTime(Buffer.from(expected), Buffer.from(stored.passwordHash));
}

function equalInConstantTime(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
