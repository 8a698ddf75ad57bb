import { accept, type Decision, unchanged } from '../event.js';
import type { JsonText } from '../json/raw-json.js';
import { sameJson } from '../json/same-json.js';
import { payloadHasProtectedKey } from './access-token-version.js';
import { type ProtectedField, protectedField, type Unauthorised, unauthorised } from './answers.js';
import { RefreshTokenPromoted, type SessionEvent } from './events.js';
import { isChildOfCurrent, isCurrent } from './lineage.js';
import { type NoSession, readable, type SessionRecord } from './session.js';
import { sessionEnded, type VerifiedAccessToken } from './verify.js';

/**
 * What verify answers at CDI 5.5 and older: the token as it is, or a new one to be minted with the presented token's
 * version, ids, `refreshTokenHash1` and `antiCsrfToken`, no parent, and full validity without jitter.
 */
export type PromotingVerify =
  | { readonly status: 'OK'; readonly mint: false }
  | { readonly status: 'OK'; readonly mint: true; readonly useStaticKey: boolean; readonly userDataInJWT: JsonText };

/** Whether verify at CDI 5.5 and older has to look at the session at all; without, the token speaks for itself. */
export function needsSession(token: VerifiedAccessToken, checkDatabase: boolean): boolean {
  return checkDatabase || token.lineage.parentHash2 !== null;
}

/**
 * Decides verify at CDI 5.5 and older, where using the access token of a child refresh token promotes that child
 * (20-session.md 8.2). Without events it is a plain read. An expired session counts as missing (16, W10).
 *
 * @param now ms since the epoch
 * @param refreshValidity R in ms
 */
export function verifyPromoting(
  state: SessionRecord | NoSession,
  token: VerifiedAccessToken,
  checkDatabase: boolean,
  now: number,
  refreshValidity: number,
): Decision<PromotingVerify | Unauthorised | ProtectedField, SessionEvent> {
  if (!needsSession(token, checkDatabase)) return unchanged({ status: 'OK', mint: false });
  const session = readable(state, now);
  if (!session) return unchanged(checkDatabase ? sessionEnded : unauthorised('Session missing in db'));

  const stale = checkDatabase && !sameJson(token.userDataInJWT, session.userDataInJWT);
  const hasParent = token.lineage.parentHash2 !== null;
  const promote = isChildOfCurrent(session, token.lineage);
  const mint = stale || promote || (hasParent && isCurrent(session, token.lineage));
  if (!mint) return unchanged({ status: 'OK', mint });
  if (payloadHasProtectedKey(session.userDataInJWT, token.version)) return unchanged(protectedField);

  const { useStaticKey, userDataInJWT } = session;
  const result: PromotingVerify = { status: 'OK', mint, useStaticKey, userDataInJWT };
  if (!promote) return unchanged(result);
  return accept(
    result,
    RefreshTokenPromoted({
      newHash2: token.lineage.hash2,
      prevHash2: session.refreshTokenHash2,
      expiresAt: now + refreshValidity,
      trigger: 'verify',
      at: now,
    }),
  );
}
