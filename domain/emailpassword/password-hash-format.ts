import { trimAscii } from './email.js';

/** Every format of password hash that can be stored: our own, and those that may be imported. */
export type HashFormat = 'argon2id' | 'argon2i' | 'argon2d' | 'bcrypt' | 'firebase';

/** What an import may say its hash is. */
export type ImportAlgorithm = 'ARGON2' | 'BCRYPT' | 'FIREBASE_SCRYPT';

/** The parts of a firebase scrypt text; hash, salt and separator are base64 as they stand in the text. */
export interface FirebaseHash {
  readonly passwordHash: string;
  readonly salt: string;
  /** log2 of scrypt's N. */
  readonly memCost: number;
  /** scrypt's r. */
  readonly rounds: number;
  readonly saltSeparator: string;
}

/** The body of the 500 answer when a firebase hash meets an app without signer key (30-emailpassword.md 1.4). */
export const FIREBASE_SIGNER_KEY_MISSING =
  "java.lang.IllegalStateException: 'firebase_password_hashing_signer_key' cannot be null";

const ARGON2_PREFIXES = ['argon2id', 'argon2i', 'argon2d'] as const;
const BCRYPT_PREFIXES = ['$2a', '$2b', '$2x', '$2y'] as const;

function recogniseArgon2(text: string): HashFormat | undefined {
  return ARGON2_PREFIXES.find((variant) => text.startsWith(`$${variant}`));
}

function isBcrypt(text: string): boolean {
  return BCRYPT_PREFIXES.some((prefix) => text.startsWith(prefix));
}

/**
 * Tells which format a stored hash is in. Of argon2 and bcrypt only the prefix is looked at, so the remainder may
 * still be malformed (30-emailpassword.md 1.4).
 */
export function recogniseHash(text: string): HashFormat | undefined {
  const argon2 = recogniseArgon2(text);
  if (argon2) return argon2;
  if (isBcrypt(text)) return 'bcrypt';
  return parseFirebaseHash(text) ? 'firebase' : undefined;
}

/** Reads `$f_scrypt$<hash>$<salt>$m=..$r=..$s=..`, the last three in any order (30-emailpassword.md 1.5). */
export function parseFirebaseHash(text: string): FirebaseHash | undefined {
  const parts = text.split('$', 8);
  const [lead, name, passwordHash, salt, ...parameters] = parts;
  if (parts.length !== 7 || lead !== '' || name !== 'f_scrypt') return undefined;
  const valueAfter = (prefix: string) => parameters.find((part) => part.startsWith(prefix))?.slice(prefix.length);
  const memCost = parseCost(valueAfter('m='));
  const rounds = parseCost(valueAfter('r='));
  const saltSeparator = valueAfter('s=');
  if (passwordHash === undefined || salt === undefined || saltSeparator === undefined) return undefined;
  if (memCost === undefined || rounds === undefined) return undefined;
  return { passwordHash, salt, memCost, rounds, saltSeparator };
}

function parseCost(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}

/** An import's hash and algorithm after trimming, or the text of the 400 answer. */
export type ImportInput =
  | { readonly status: 'OK'; readonly hash: string; readonly algorithm: ImportAlgorithm | undefined }
  | { readonly status: 'BAD_INPUT'; readonly message: string };

/**
 * Trims the hash and reads the algorithm's name in any case: the checks of an import that come before its tenant is
 * looked up (30-emailpassword.md 2.8).
 */
export function readImportInput(passwordHash: string, hashingAlgorithm: string | undefined): ImportInput {
  const hash = trimAscii(passwordHash);
  if (hash === '') return { status: 'BAD_INPUT', message: 'Password hash cannot be an empty string' };
  if (hashingAlgorithm === undefined) return { status: 'OK', hash, algorithm: undefined };
  const algorithm = trimAscii(hashingAlgorithm).toUpperCase();
  if (algorithm === '') return { status: 'BAD_INPUT', message: 'Hashing Algorithm cannot be an empty string' };
  if (!isImportAlgorithm(algorithm)) {
    return { status: 'BAD_INPUT', message: 'Unsupported password hashing algorithm' };
  }
  return { status: 'OK', hash, algorithm };
}

function isImportAlgorithm(text: string): text is ImportAlgorithm {
  return text === 'ARGON2' || text === 'BCRYPT' || text === 'FIREBASE_SCRYPT';
}

/** Whether an import's hash may be stored; `message` is the body of the 400 or 500 answer. */
export type ImportFormatCheck =
  | { readonly status: 'OK' }
  | { readonly status: 'INVALID_FORMAT'; readonly message: string }
  | { readonly status: 'FIREBASE_SIGNER_KEY_MISSING'; readonly message: typeof FIREBASE_SIGNER_KEY_MISSING };

/**
 * Checks that a trimmed hash has the format that its import says, or any known one when it says none: the table of
 * 30-emailpassword.md 2.8.
 */
export function checkImportFormat(
  hash: string,
  algorithm: ImportAlgorithm | undefined,
  { firebaseKeyConfigured }: { readonly firebaseKeyConfigured: boolean },
): ImportFormatCheck {
  const keyMissing = { status: 'FIREBASE_SIGNER_KEY_MISSING', message: FIREBASE_SIGNER_KEY_MISSING } as const;
  const acceptIf = (valid: boolean, message: string): ImportFormatCheck =>
    valid ? { status: 'OK' } : { status: 'INVALID_FORMAT', message };
  const format = recogniseHash(hash);
  switch (algorithm) {
    case 'ARGON2':
      return acceptIf(recogniseArgon2(hash) !== undefined, 'Password hash is in invalid Argon2 format');
    case 'BCRYPT':
      return acceptIf(format === 'bcrypt', 'Password hash is in invalid BCrypt format');
    case 'FIREBASE_SCRYPT':
      if (!firebaseKeyConfigured) return keyMissing;
      return acceptIf(format === 'firebase', 'Password hash is in invalid Firebase SCrypt format');
    case undefined:
      if (format === 'firebase' && !firebaseKeyConfigured) return keyMissing;
      return acceptIf(format !== undefined, 'Password hash is in invalid format');
  }
}
