import type { NoSession, SessionRecord, SessionState } from '../../domain/session/session.js';
import type { Expected } from './event-log.js';

/** A session by the app it belongs to. */
export interface SessionKey {
  readonly appKey: string;
  readonly handle: string;
}

/** What a session view keeps of a session that has not ended. */
export type KeptSession = Omit<SessionRecord, 'status' | 'erased'>;

/** What a change may replace of a session. */
export type ChangeableFields = Pick<
  KeptSession,
  | 'refreshTokenHash2'
  | 'prevRefreshTokenHash2'
  | 'refreshTokenRotatedAt'
  | 'expiresAt'
  | 'userDataInJWT'
  | 'userDataInDatabase'
  | 'useStaticKey'
>;

/** The place of a change in its session's stream. Every event of a session makes a change, so revisions have no gaps. */
interface OfSession extends SessionKey {
  readonly revision: number;
}

/** What one event does to a session view, whatever it is kept in. */
export type SessionChange =
  | (OfSession & { readonly kind: 'put'; readonly session: KeptSession })
  | (OfSession & { readonly kind: 'set'; readonly fields: Partial<ChangeableFields> })
  | (OfSession & { readonly kind: 'remove' })
  | { readonly kind: 'remove-subject'; readonly appKey: string; readonly subjectUserId: string }
  | { readonly kind: 'remove-tenant'; readonly appKey: string; readonly tenantKey: string }
  | { readonly kind: 'remove-app'; readonly appKey: string };

/** Takes the changes of one transaction, in order. */
export interface SessionChanges {
  apply(change: SessionChange): void;
}

/** A session as its own stream tells it. */
export interface FoldedSession {
  readonly state: SessionState;
  readonly revision: Expected;
}

/**
 * What the view knows of a session. `unknown` says nothing about it: its own stream has to be read, after the view was
 * asked, and what it tells may be given back to the view, which does not fail and keeps nobody waiting.
 */
export type SessionLookup =
  | { readonly status: 'known'; readonly session: SessionRecord | NoSession }
  | { readonly status: 'unknown'; readonly remember?: (folded: FoldedSession) => void };

/** The sessions view as the read side sees it: a cache, with the streams of sessions behind it. */
export interface SessionView {
  /** Looks one session up. A view that can't answer in time answers `unknown`. */
  get(appKey: string, handle: string): Promise<SessionLookup>;
  /**
   * Sessions that have not ended although their time was over at `now` (ms since the epoch), those that expired first
   * before the others, `limit` at most.
   */
  expired(now: number, limit: number): Promise<readonly SessionKey[]>;
}
