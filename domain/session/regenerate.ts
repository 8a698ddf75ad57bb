import { accept, type Decision, unchanged } from '../event.js';
import type { JsonText } from '../json/raw-json.js';
import { type AccessTokenVersion, payloadHasProtectedKey } from './access-token-version.js';
import { type ProtectedField, protectedField, sessionDoesNotExist, type Unauthorised } from './answers.js';
import { AccessTokenPayloadReplaced, type SessionEvent } from './events.js';
import { readable, type SessionState } from './session.js';

export interface Regenerated {
  readonly status: 'OK';
  readonly userDataInJWT: JsonText;
  readonly useStaticKey: boolean;
  /** Whether to mint: with everything of the presented token, its expiry included, and the payload above. */
  readonly mint: boolean;
}

/**
 * Decides regenerate (20-session.md 8.5): stores a new payload and says whether a new access token goes with it.
 *
 * @param token version and expiry (ms since the epoch) of the presented access token
 * @param given the new payload; undefined keeps the stored one
 * @param now ms since the epoch
 */
export function regenerate(
  state: SessionState,
  token: { readonly version: AccessTokenVersion; readonly expiresAt: number },
  given: JsonText | undefined,
  now: number,
): Decision<Regenerated | Unauthorised | ProtectedField, SessionEvent> {
  const session = readable(state, now);
  if (!session) return unchanged(sessionDoesNotExist);
  const userDataInJWT = given ?? session.userDataInJWT;
  if (payloadHasProtectedKey(userDataInJWT, token.version)) return unchanged(protectedField);
  const { useStaticKey } = session;
  const result: Regenerated = { status: 'OK', userDataInJWT, useStaticKey, mint: token.expiresAt >= now };
  if (userDataInJWT === session.userDataInJWT) return unchanged(result);
  return accept(result, AccessTokenPayloadReplaced({ userDataInJWT, at: now }));
}
