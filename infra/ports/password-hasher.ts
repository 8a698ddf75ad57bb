import { FIREBASE_SIGNER_KEY_MISSING } from '../../domain/emailpassword/password-hash-format.js';

/** How an app hashes passwords (30-emailpassword.md 1.2). */
export interface HashingSettings {
  /** What new hashes are made with; stored ones are verified by their own format, whatever this says. */
  readonly algorithm: 'ARGON2' | 'BCRYPT';
  /** Base64, or null when the app has none. */
  readonly firebaseSignerKey: string | null;
}

/** How much hashing is under way and how much waits for its turn, all algorithms together. */
export interface HashingStats {
  readonly running: number;
  readonly waiting: number;
}

/**
 * Hashes and verifies passwords, never more at once than its bounds allow. Costs (bcrypt rounds, argon2 parameters)
 * and bounds hold for the whole process and are given when it is made.
 */
export interface PasswordHasher {
  /**
   * Makes the text to store for a password, under the settings' algorithm.
   *
   * @throws HasherOverloadedError; RangeError when the configured costs can't be used
   */
  hash(password: string, settings: HashingSettings): Promise<string>;

  /**
   * Tells whether a password belongs to a stored hash of any known format. A malformed or too costly hash never
   * matches (30-emailpassword.md 1.4).
   *
   * @throws HasherOverloadedError; FirebaseSignerKeyMissingError
   */
  verify(password: string, stored: string, settings: HashingSettings): Promise<boolean>;

  /**
   * Takes as long as verifying a hash made under the settings, so that the time of an answer does not tell whether an
   * email has an account (30-emailpassword.md W2).
   *
   * @throws HasherOverloadedError, as verify would
   */
  verifyDummy(password: string, settings: HashingSettings): Promise<void>;

  stats(): HashingStats;
}

/** Thrown when as many passwords wait to be hashed as may: answer 503 with Retry-After. */
export class HasherOverloadedError extends Error {
  override readonly name = 'HasherOverloadedError';

  /** @param retryAfterSeconds a whole number >= 1: about when those that wait now will be done */
  constructor(readonly retryAfterSeconds: number) {
    super(`Too many passwords are waiting to be hashed. Please try again in ${retryAfterSeconds} s`);
  }
}

/** Thrown when a firebase hash is to be verified for an app without signer key: a 500 with this message as body. */
export class FirebaseSignerKeyMissingError extends Error {
  override readonly name = 'FirebaseSignerKeyMissingError';

  constructor() {
    super(FIREBASE_SIGNER_KEY_MISSING);
  }
}
