import type { Session } from './session.js';

/**
 * Where a token stands in its session's lineage, as hashes (20-session.md 4.3). They can be compared as they are: whoever
 * learnt one from timing would still have to find a token for it.
 */
export interface Lineage {
  /** hash2 of the refresh token: of the one presented, or of the one that the access token belongs to. */
  readonly hash2: string;
  /** hash2 of its parent: `sha(parentRefreshTokenHash1)`, null without a parent. */
  readonly parentHash2: string | null;
}

/** The token is the session's current one. */
export function isCurrent(session: Session, token: Lineage): boolean {
  return token.hash2 === session.refreshTokenHash2;
}

/** The token was minted for a refresh of the session's current one. */
export function isChildOfCurrent(session: Session, token: Lineage): boolean {
  return token.parentHash2 === session.refreshTokenHash2;
}

/** The token is the one retired last. */
export function isPrevious(session: Session, token: Lineage): boolean {
  return session.prevRefreshTokenHash2 !== null && token.hash2 === session.prevRefreshTokenHash2;
}

/** The token was minted for a refresh of the one retired last. */
export function isChildOfPrevious(session: Session, token: Lineage): boolean {
  return session.prevRefreshTokenHash2 !== null && token.parentHash2 === session.prevRefreshTokenHash2;
}
