import { sameJson } from '../json/same-json.js';
import { type Unauthorised, unauthorised } from './answers.js';
import { isChildOfCurrent, isChildOfPrevious, isCurrent, isPrevious } from './lineage.js';
import { type NoSession, readable, type SessionRecord } from './session.js';
import { sessionEnded, type VerifiedAccessToken } from './verify.js';

/** The token holds; whether a newer payload is stored. */
export interface CheckedSession {
  readonly status: 'OK';
  readonly payloadUpdateAvailable: boolean;
}

/**
 * The check of verify with `checkDatabase` at CDI 5.6, which only reads (20-session.md 8.2). Without `checkDatabase`
 * there is nothing to ask the session.
 *
 * @param now ms since the epoch
 */
export function verifyReading(
  state: SessionRecord | NoSession,
  token: VerifiedAccessToken,
  now: number,
): CheckedSession | Unauthorised {
  const session = readable(state, now);
  if (!session) return sessionEnded;
  const belongs = [isCurrent, isPrevious, isChildOfCurrent, isChildOfPrevious].some((is) => is(session, token.lineage));
  if (!belongs) return unauthorised('rotated-out token branch; refresh required');
  return { status: 'OK', payloadUpdateAvailable: !sameJson(token.userDataInJWT, session.userDataInJWT) };
}
