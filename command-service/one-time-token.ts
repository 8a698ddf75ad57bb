import { createHash } from 'node:crypto';

const TOKEN_BYTES = 48;

/**
 * Makes a token for resetting a password or verifying an email: 48 random bytes in hex, in base64, which is 128 letters
 * and digits (30-emailpassword.md 1.8, 4.2).
 */
export function newOneTimeToken(randomBytes: (size: number) => Buffer): string {
  return Buffer.from(randomBytes(TOKEN_BYTES).toString('hex')).toString('base64');
}

/** What is kept of such a token: the lower-case hex SHA-256 of its UTF-8 bytes (30-emailpassword.md 1.8, 4.2). */
export function oneTimeTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
