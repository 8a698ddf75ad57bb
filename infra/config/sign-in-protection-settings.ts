import { z } from 'zod';
import { MAX_COUNTED_FAILURES, type SignInProtection } from '../../domain/bruteforce/policy.js';

const DAY_SEC = 86_400;
const MAX_SEC = 30 * DAY_SEC;
const SECOND_MS = 1_000;

/** @param fallback the default, which the meaning tells as well */
function wholeNumber(least: number, most: number, fallback: number, meaning: string) {
  const problem = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error: problem })
    .transform(Number)
    .pipe(z.number().min(least, { error: problem }).max(most, { error: problem }))
    .default(fallback)
    .describe(`${meaning} Default ${fallback}.`);
}

/** The settings of the protection of sign-ins, by environment variable. */
export const signInProtectionShape = {
  ANNALS_SIGN_IN_LOCKOUT_FAILURES: wholeNumber(
    0,
    MAX_COUNTED_FAILURES,
    0,
    'Failed sign-ins within the window that block an account; 0 for never. See [brute-force.md](brute-force.md).',
  ),
  ANNALS_SIGN_IN_LOCKOUT_SOURCE_FAILURES: wholeNumber(
    0,
    MAX_COUNTED_FAILURES,
    0,
    'Failed sign-ins within the window that block a source (header `annals-source`); 0 for never.',
  ),
  ANNALS_SIGN_IN_LOCKOUT_WINDOW_SEC: wholeNumber(1, MAX_SEC, 900, 'The window, in seconds.'),
  ANNALS_SIGN_IN_BACKOFF_SEC: wholeNumber(
    1,
    MAX_SEC,
    60,
    'How long the first block lasts, in seconds; each that follows it lasts twice as long as the one before.',
  ),
  ANNALS_SIGN_IN_BACKOFF_MAX_SEC: wholeNumber(
    1,
    MAX_SEC,
    3_600,
    'How long a block lasts at most, in seconds; one that is shorter than the first block limits that, too.',
  ),
};

/** The protection that the settings ask for. */
export function signInProtection(given: z.output<z.ZodObject<typeof signInProtectionShape>>): SignInProtection {
  return {
    accountFailures: given.ANNALS_SIGN_IN_LOCKOUT_FAILURES,
    sourceFailures: given.ANNALS_SIGN_IN_LOCKOUT_SOURCE_FAILURES,
    windowMs: given.ANNALS_SIGN_IN_LOCKOUT_WINDOW_SEC * SECOND_MS,
    backoffMs: given.ANNALS_SIGN_IN_BACKOFF_SEC * SECOND_MS,
    maxBackoffMs: given.ANNALS_SIGN_IN_BACKOFF_MAX_SEC * SECOND_MS,
  };
}
