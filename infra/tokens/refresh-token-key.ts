import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const deriveBits = promisify(pbkdf2);
const ITERATIONS = 1000;
const LENGTH = 64;

/**
 * The text form of an app's refresh token key (20-session.md 4.2). The complete text is what encrypts.
 *
 * @param salt 64 bytes
 * @param secret 64 random bytes
 */
export async function refreshTokenKeyText(salt: Buffer, secret: Buffer): Promise<string> {
  const derived = await deriveBits(secret.toString('hex'), salt, ITERATIONS, LENGTH, 'sha512');
  return `${ITERATIONS}:${salt.toString('hex')}:${derived.toString('hex')}`;
}

/** Makes a refresh token key for a new app. */
export function generateRefreshTokenKey(): Promise<string> {
  return refreshTokenKeyText(randomBytes(LENGTH), randomBytes(LENGTH));
}
