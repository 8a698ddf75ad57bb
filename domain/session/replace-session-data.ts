import { accept, type Decision, unchanged } from '../event.js';
import type { JsonText } from '../json/raw-json.js';
import { sessionDoesNotExist, type Unauthorised } from './answers.js';
import { SessionDataReplaced, type SessionEvent } from './events.js';
import { readable, type SessionState } from './session.js';

/**
 * Replaces the data kept with a session, as a whole (20-session.md 9.9).
 *
 * @param userDataInDatabase an object text
 * @param now ms since the epoch
 */
export function replaceSessionData(
  state: SessionState,
  userDataInDatabase: JsonText,
  now: number,
): Decision<{ readonly status: 'OK' } | Unauthorised, SessionEvent> {
  const session = readable(state, now);
  if (!session) return unchanged(sessionDoesNotExist);
  if (session.userDataInDatabase === userDataInDatabase) return unchanged({ status: 'OK' });
  return accept({ status: 'OK' }, SessionDataReplaced({ userDataInDatabase, at: now }));
}
