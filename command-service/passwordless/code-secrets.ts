import { createHash, createHmac } from 'node:crypto';

const SECRET_BYTES = 32;
const GENERATED_CODES = 1_000_000;
const GENERATED_DIGITS = 6;
/** The multiple of the number of codes up to which 32 random bits give each the same chance. */
const FAIR_BELOW = 2 ** 32 - (2 ** 32 % GENERATED_CODES);

type RandomBytes = (size: number) => Buffer;

/** The secret id of a new device, or its salt (40-thirdparty-passwordless.md 4.2). */
export function newSecret(randomBytes: RandomBytes): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** A code to be typed: six digits, each code as likely as any other. */
export function newUserInputCode(randomBytes: RandomBytes): string {
  let drawn: number;
  do drawn = randomBytes(4).readUInt32BE();
  while (drawn >= FAIR_BELOW);
  return String(drawn % GENERATED_CODES).padStart(GENERATED_DIGITS, '0');
}

/** What is known of a device's id in public: its SHA-256 in base64url, which clients call preAuthSessionId. */
export function hashOfDeviceId(deviceId: Buffer): string {
  return createHash('sha256').update(deviceId).digest('base64url');
}

/** The code of a link: an HMAC-SHA-256 of the code to be typed, keyed by the device's id and its salt. */
export function linkCodeOf(deviceId: Buffer, linkCodeSalt: Buffer, userInputCode: string): Buffer {
  return createHmac('sha256', Buffer.concat([deviceId, linkCodeSalt]))
    .update(userInputCode)
    .digest();
}

/** What is kept of a link code: its SHA-256 in base64url. */
export function hashOfLinkCode(linkCode: Buffer): string {
  return createHash('sha256').update(linkCode).digest('base64url');
}
