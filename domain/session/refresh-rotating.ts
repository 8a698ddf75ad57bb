import { accept, type Decision } from '../event.js';
import { RefreshTokenReissuedInGrace, RefreshTokenRotated, type ReuseSubtype, type SessionEvent } from './events.js';
import { isChildOfCurrent, isChildOfPrevious, isCurrent, isPrevious, type Lineage } from './lineage.js';
import {
  keyKindChange,
  type MintingRefresh,
  type Refreshed,
  type RefreshRequest,
  type RefusedRefresh,
  refreshed,
  sessionToRefresh,
  toMint,
} from './refresh.js';
import type { ReuseFound } from './reuse.js';
import type { Session, SessionState } from './session.js';

/** `rotate`: the current token, or an unused child of it. `grace`: the one retired last, inside its window. */
export type MintingRotation = MintingRefresh<'rotate'> | MintingRefresh<'grace'>;

/**
 * Says what a refresh of CDI 5.6 comes to (20-session.md 8.4).
 *
 * @param grace G in ms
 */
export function classifyRotatingRefresh(
  state: SessionState,
  request: RefreshRequest,
  grace: number,
): MintingRotation | RefusedRefresh | ReuseFound {
  const { presented, now } = request;
  const session = sessionToRefresh(state, now);
  if (session.status === 'REFUSED') return session;
  if (isCurrent(session, presented) || isChildOfCurrent(session, presented)) return toMint(session, request, 'rotate');
  const { refreshTokenRotatedAt: rotatedAt } = session;
  if (isPrevious(session, presented) && rotatedAt !== null && now <= rotatedAt + grace) {
    return toMint(session, request, 'grace');
  }
  return { status: 'REUSE', session, subtype: subtypeOf(session, presented), now };
}

function subtypeOf(session: Session, presented: Lineage): ReuseSubtype {
  if (isPrevious(session, presented)) return 'RECENT_PREV';
  return isChildOfPrevious(session, presented) ? 'ORPHANED_BRANCH' : 'STALE_LINEAGE';
}

/**
 * Decides a good refresh of CDI 5.6: the minted token is the current one from now on.
 *
 * @param newHash2 hash2 of the minted refresh token
 * @param refreshValidity R in ms
 */
export function decideRotatingRefresh(
  found: MintingRotation,
  newHash2: string,
  refreshValidity: number,
): Decision<Refreshed, SessionEvent> {
  const { now } = found;
  const moved =
    found.case === 'grace'
      ? RefreshTokenReissuedInGrace({ newHash2, at: now })
      : RefreshTokenRotated({ newHash2, prevHash2: found.presentedHash2, expiresAt: now + refreshValidity, at: now });
  return accept<Refreshed, SessionEvent>(refreshed(found, refreshValidity), moved, ...keyKindChange(found));
}
