import type { JsonText } from '../json/raw-json.js';
import type { AccessTokenVersion } from './access-token-version.js';
import { unauthorised } from './answers.js';
import type { Lineage } from './lineage.js';

/** An access token whose signature, claims and expiry hold. */
export interface VerifiedAccessToken {
  readonly version: AccessTokenVersion;
  /** `hash2` is `sha(refreshTokenHash1)`, `parentHash2` is `sha(parentRefreshTokenHash1)`. */
  readonly lineage: Lineage;
  /** Its custom claims: an object text. */
  readonly userDataInJWT: JsonText;
}

/** Verify with `checkDatabase` finds no session (20-session.md 8.2). */
export const sessionEnded = unauthorised('Either the session has ended or has been blacklisted');
