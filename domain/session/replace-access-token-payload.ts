import { accept, type Decision, unchanged } from '../event.js';
import type { JsonText } from '../json/raw-json.js';
import { type AccessTokenVersion, payloadHasProtectedKey } from './access-token-version.js';
import { type ProtectedField, protectedField, sessionDoesNotExist, type Unauthorised } from './answers.js';
import { AccessTokenPayloadReplaced, type SessionEvent } from './events.js';
import { readable, type SessionState } from './session.js';

/**
 * Replaces the custom claims of a session's next access token, as a whole. Protected keys are looked for before the
 * session is (20-session.md 9.11).
 *
 * @param userDataInJWT an object text
 * @param version the version that the caller's CDI mints
 * @param now ms since the epoch
 */
export function replaceAccessTokenPayload(
  state: SessionState,
  userDataInJWT: JsonText,
  version: AccessTokenVersion,
  now: number,
): Decision<{ readonly status: 'OK' } | Unauthorised | ProtectedField, SessionEvent> {
  if (payloadHasProtectedKey(userDataInJWT, version)) return unchanged(protectedField);
  const session = readable(state, now);
  if (!session) return unchanged(sessionDoesNotExist);
  if (session.userDataInJWT === userDataInJWT) return unchanged({ status: 'OK' });
  return accept({ status: 'OK' }, AccessTokenPayloadReplaced({ userDataInJWT, at: now }));
}
