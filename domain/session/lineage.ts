import type { Session } from './session.js';

type Rotation = Pick<Session, 'refreshTokenHash2' | 'prevRefreshTokenHash2'>;

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

/**
 * The lineage of a token, from the hashes that tokens carry.
 *
 * @param sha lower-case hex SHA-256 of a text
 */
export function lineageOf(
  { hash1, parentHash1 }: { readonly hash1: string; readonly parentHash1: string | null },
  sha: (text: string) => string,
): Lineage {
  return { hash2: sha(hash1), parentHash2: parentHash1 === null ? null : sha(parentHash1) };
}

/** The token is the session's current one. */
export function isCurrent(session: Rotation, token: Lineage): boolean {
  return token.hash2 === session.refreshTokenHash2;
}

/** The token was minted for a refresh of the session's current one. */
export function isChildOfCurrent(session: Rotation, token: Lineage): boolean {
  return token.parentHash2 === session.refreshTokenHash2;
}

/** The token is the one retired last. */
export function isPrevious(session: Rotation, token: Lineage): boolean {
  return session.prevRefreshTokenHash2 !== null && token.hash2 === session.prevRefreshTokenHash2;
}

/** The token was minted for a refresh of the one retired last. */
export function isChildOfPrevious(session: Rotation, token: Lineage): boolean {
  return session.prevRefreshTokenHash2 !== null && token.parentHash2 === session.prevRefreshTokenHash2;
}
