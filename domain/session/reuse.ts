import { accept, type Decision, unchanged } from '../event.js';
import { RefreshTokenReuseDetected, type ReuseSubtype, type SessionEvent, SessionRevoked } from './events.js';
import type { Session } from './session.js';

/** A refresh presented a token that was replaced already. */
export interface ReuseFound {
  readonly status: 'REUSE';
  readonly session: Session;
  /** Null at CDI 5.5 and older, which do not tell. */
  readonly subtype: ReuseSubtype | null;
  readonly now: number;
}

/** What `recent_token_reuse_behaviour` says (20-session.md 2). */
export type RecentReuseBehaviour = 'TOKEN_THEFT' | 'UNAUTHORISED';

/** How a reuse is answered. The session is there for its handle and owner. */
export type ReuseAnswer =
  | {
      readonly status: 'TOKEN_THEFT_DETECTED';
      readonly session: Session;
      readonly recentTokenReuseSubtype: ReuseSubtype | undefined;
    }
  | { readonly status: 'UNAUTHORISED'; readonly message: string; readonly recentTokenReuseSubtype: ReuseSubtype };

/**
 * Decides a reuse. At CDI 5.6 it ends the session in the same append; before, the session lives on until the SDK's theft
 * handler revokes it (20-session.md 8.3, 8.4; 16, W3), and the reuse is recorded once per current token, so that
 * presenting an old token again and again doesn't grow the log.
 */
export function decideReuse(reuse: ReuseFound, behaviour: RecentReuseBehaviour): Decision<ReuseAnswer, SessionEvent> {
  const { session, subtype, now } = reuse;
  if (subtype === null) {
    const answer: ReuseAnswer = { status: 'TOKEN_THEFT_DETECTED', session, recentTokenReuseSubtype: undefined };
    if (session.reuseDetected) return unchanged(answer);
    return accept(answer, RefreshTokenReuseDetected({ subtype, reportedAs: answer.status, at: now }));
  }
  const answer = answerTo(session, subtype, behaviour);
  return accept<ReuseAnswer, SessionEvent>(
    answer,
    RefreshTokenReuseDetected({ subtype, reportedAs: answer.status, at: now }),
    SessionRevoked({ reason: 'reuse', at: now }),
  );
}

function answerTo(session: Session, subtype: ReuseSubtype, behaviour: RecentReuseBehaviour): ReuseAnswer {
  if (behaviour === 'UNAUTHORISED' && subtype !== 'STALE_LINEAGE') {
    return { status: 'UNAUTHORISED', message: 'refresh token reuse detected', recentTokenReuseSubtype: subtype };
  }
  return { status: 'TOKEN_THEFT_DETECTED', session, recentTokenReuseSubtype: subtype };
}
