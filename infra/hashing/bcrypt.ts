import { hash, verify } from '@node-rs/bcrypt';

const MIN_COST = 4;
const MAX_COST = 30;
/** The most an imported hash may ask for: about 6 s of one core. */
const MAX_IMPORTED_COST = 17;
const ENCODED = /^\$2a\$([0-9]{2})\$[./A-Za-z0-9]{53}$/;

/**
 * Makes a `$2a$` text. Of the password, as UTF-8, only the first 72 bytes count (30-emailpassword.md 1.3).
 *
 * @param cost log2 of the rounds
 * @throws RangeError when the cost is not 4..30
 */
export async function hashBcrypt(password: string, cost: number): Promise<string> {
  if (cost < MIN_COST || cost > MAX_COST) {
    throw new RangeError(`'bcrypt_log_rounds' is ${cost}: set it to a value from ${MIN_COST} to ${MAX_COST}`);
  }
  return hash(password, { cost, version: '2a' });
}

/**
 * Verifies a text that starts with `$2` and any letter, as `$2a` (30-emailpassword.md 1.4). A malformed text, or a cost
 * above both 17 and `configuredCost`, never matches.
 */
export async function verifyBcrypt(password: string, stored: string, configuredCost: number): Promise<boolean> {
  const encoded = `$2a${stored.slice(3)}`;
  const cost = Number(ENCODED.exec(encoded)?.[1] ?? Number.NaN);
  const affordable = cost >= MIN_COST && cost <= Math.min(MAX_COST, Math.max(MAX_IMPORTED_COST, configuredCost));
  return affordable && (await verify(password, encoded));
}

/** A well-formed text that takes as long to verify as a hash of that cost. */
export function dummyBcryptHash(cost: number): string {
  return `$2a$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}
