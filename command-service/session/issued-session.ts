import type { JsonText } from '../../domain/json/raw-json.js';
import { accessTokenTimes } from '../../domain/session/access-token-validity.js';

/** A token as clients get it; times are ms since the epoch. */
export interface IssuedToken {
  readonly token: string;
  readonly expiry: number;
  readonly createdTime: number;
}

/** A session with the tokens that were just minted for it. */
export interface IssuedSession {
  readonly status: 'OK';
  readonly handle: string;
  readonly userId: string;
  readonly recipeUserId: string;
  readonly tenantId: string;
  /** An object text. */
  readonly userDataInJWT: JsonText;
  readonly accessToken: IssuedToken;
  readonly refreshToken: IssuedToken;
  readonly antiCsrfToken: string | null;
}

/** An access token with its times as its claims have them: in whole seconds (20-session.md 5.4). */
export function issuedAccessToken(token: string, issuedAt: number, expiresAt: number): IssuedToken {
  return { token, ...accessTokenTimes(issuedAt, expiresAt) };
}
