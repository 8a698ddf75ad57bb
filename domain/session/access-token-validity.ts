/**
 * Checks the shorten-only validity that a client of CDI 5.6 may ask for (20-session.md 9.1).
 *
 * @param asked ms
 * @param configured access_token_validity in ms
 * @returns the text of the 400, or undefined when it is in range
 */
export function validityRangeError(asked: number, configured: number): string | undefined {
  if (asked > 0 && asked <= configured) return undefined;
  return `accessTokenValidity must be greater than 0 and at most the configured access_token_validity (${configured} ms)`;
}

/**
 * How long an access token minted at create or refresh lives, in ms (20-session.md 5.4). Never more than `configured`.
 *
 * @param configured access_token_validity in ms
 * @param jitter largest share to cut off, 0…0.25
 * @param u uniform in [0, 1)
 * @param asked the client's own validity in ms, which is not jittered
 */
export function mintedValidity(configured: number, jitter: number, u: number, asked?: number): number {
  return asked ?? Math.floor(configured * (1 - u * jitter));
}

/** When a token starts and stops: ms since the epoch, both multiples of 1000. */
export interface AccessTokenTimes {
  readonly createdTime: number;
  readonly expiry: number;
}

/** The times of a token minted now that expires at `expiresAt`, as `iat`, `exp` and the answer have them (5.4). */
export function accessTokenTimes(now: number, expiresAt: number): AccessTokenTimes {
  return { createdTime: wholeSeconds(now), expiry: wholeSeconds(expiresAt) };
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
