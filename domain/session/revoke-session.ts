import { accept, type Decision, unchanged } from '../event.js';
import { type RevocationReason, type SessionEvent, SessionRevoked } from './events.js';
import { type SessionState, standing } from './session.js';

/** Whether there was a session to revoke. */
export interface Revocation {
  readonly revoked: boolean;
}

/**
 * Revokes a session, also one that has expired (20-session.md 8.6). An unknown or ended session is no error.
 *
 * @param now ms since the epoch
 */
export function revokeSession(
  state: SessionState,
  reason: RevocationReason,
  now: number,
): Decision<Revocation, SessionEvent> {
  if (!standing(state)) return unchanged({ revoked: false });
  return accept({ revoked: true }, SessionRevoked({ reason, at: now }));
}

/**
 * Ends a session whose time is over, so that it need not be kept (00-conventions.md 16, RemoveOldSessions).
 *
 * @param now ms since the epoch
 */
export function expireSession(state: SessionState, now: number): Decision<Revocation, SessionEvent> {
  const session = standing(state);
  return session && session.expiresAt <= now ? revokeSession(state, 'expired', now) : unchanged({ revoked: false });
}
