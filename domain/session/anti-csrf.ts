import { type Unauthorised, unauthorised } from './answers.js';

/** The access token can't be used for this request; the client should refresh. */
export interface TryRefreshToken {
  readonly status: 'TRY_REFRESH_TOKEN';
  readonly message: string;
}

/**
 * The anti-CSRF check of verify (20-session.md 5.5 step 6, 8.2).
 *
 * @param claim the access token's `antiCsrfToken`
 * @param given the value the client sent along
 * @returns what is wrong, or undefined
 */
export function antiCsrfAtVerify(
  request: { readonly enableAntiCsrf: boolean; readonly doAntiCsrfCheck: boolean },
  claim: string | null,
  given: string | undefined,
): TryRefreshToken | undefined {
  if (!request.enableAntiCsrf || !request.doAntiCsrfCheck) return undefined;
  if (claim === null) {
    const message = 'Access token does not contain all the information. Maybe the structure has changed?';
    return { status: 'TRY_REFRESH_TOKEN', message };
  }
  if (given !== undefined && sameSecret(claim, given)) return undefined;
  return { status: 'TRY_REFRESH_TOKEN', message: 'anti-csrf check failed' };
}

/**
 * The anti-CSRF check of refresh. A token made without anti-CSRF is not checked (20-session.md 8.3; 16, W14).
 *
 * @param carried the refresh token's own value
 * @returns what is wrong, or undefined
 */
export function antiCsrfAtRefresh(
  enableAntiCsrf: boolean,
  carried: string | null,
  given: string | undefined,
): Unauthorised | undefined {
  if (!enableAntiCsrf || carried === null) return undefined;
  if (given !== undefined && sameSecret(carried, given)) return undefined;
  return unauthorised('Anti CSRF token missing, or not matching');
}

/** Takes a time that depends on the length alone. */
function sameSecret(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
