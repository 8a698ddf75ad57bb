import { accept, type Decision } from '../event.js';
import { RefreshTokenPromoted, type SessionEvent } from './events.js';
import { isChildOfCurrent, isCurrent } from './lineage.js';
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
import type { SessionState } from './session.js';

/** `current`: the current token once more. `child`: a child used for the first time, which is promoted. */
export type MintingPromotion = MintingRefresh<'current'> | MintingRefresh<'child'>;

/** Says what a refresh of CDI 5.5 or older comes to (20-session.md 8.3). */
export function classifyPromotingRefresh(
  state: SessionState,
  request: RefreshRequest,
): MintingPromotion | RefusedRefresh | ReuseFound {
  const session = sessionToRefresh(state, request.now);
  if (session.status === 'REFUSED') return session;
  if (isCurrent(session, request.presented)) return toMint(session, request, 'current');
  if (isChildOfCurrent(session, request.presented)) return toMint(session, request, 'child');
  return { status: 'REUSE', session, subtype: null, now: request.now };
}

/**
 * Decides a good refresh of CDI 5.5 or older. The minted child is not stored: it counts once it is used.
 *
 * @param refreshValidity R in ms
 */
export function decidePromotingRefresh(
  found: MintingPromotion,
  refreshValidity: number,
): Decision<Refreshed, SessionEvent> {
  const { session, now } = found;
  const result = refreshed(found, refreshValidity);
  if (found.case === 'current') return accept(result, ...keyKindChange(found));
  const promoted = RefreshTokenPromoted({
    newHash2: found.presentedHash2,
    prevHash2: session.refreshTokenHash2,
    expiresAt: now + refreshValidity,
    trigger: 'refresh',
    at: now,
  });
  return accept<Refreshed, SessionEvent>(result, promoted, ...keyKindChange(found));
}
