import { createHash } from 'node:crypto';

const TOKEN_BYTES = 48;

/** Makes a reset token: 48 random bytes in hex, in base64, which is 128 letters and digits (30-emailpassword.md 1.8). */
export function newResetToken(randomBytes: (size: number) => Buffer): string {
  return Buffer.from(randomBytes(TOKEN_BYTES).toString('hex')).toString('base64');
}

/** What is kept of a reset token: the lower-case hex SHA-256 of its UTF-8 bytes (30-emailpassword.md 1.8). */
export function resetTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
