import type { Aggregate, StreamId } from '../event.js';
import type { JsonText } from '../json/raw-json.js';
import { userSubject } from '../user/user.js';
import { type RevocationReason, type SessionCreated, type SessionEvent, sessionEvents } from './events.js';

/** Before creation: an unknown handle. */
export interface NoSession {
  readonly status: 'none';
}

/** What a session is (20-session.md 3). Times are ms since the epoch. */
export interface Session {
  readonly status: 'alive' | 'revoked';
  readonly app: string;
  readonly tenant: string;
  readonly tenantId: string;
  readonly handle: string;
  /** The owner's key was destroyed: ids and payloads are stand-ins, and the session counts as ended. */
  readonly erased: boolean;
  readonly recipeUserId: string;
  readonly subjectUserId: string;
  readonly primaryUserId: string;
  /** Hash of the current refresh token. */
  readonly refreshTokenHash2: string;
  /** Hash of the token that the last rotation or promotion retired. */
  readonly prevRefreshTokenHash2: string | null;
  readonly refreshTokenRotatedAt: number | null;
  readonly expiresAt: number;
  readonly timeCreated: number;
  /** An object text. */
  readonly userDataInDatabase: JsonText;
  /** An object text: the custom claims of the next access token. */
  readonly userDataInJWT: JsonText;
  readonly useStaticKey: boolean;
  /** A reuse was already recorded since the current token last changed. */
  readonly reuseDetected: boolean;
  readonly revokedFor: RevocationReason | null;
}

export type SessionState = NoSession | Session;

/** What reading a session takes: the part of it that the session view keeps too. */
export type SessionRecord = Omit<Session, 'primaryUserId' | 'reuseDetected' | 'revokedFor'>;

/** The stream of one session. The handle must be well formed: see isWellFormedHandle. */
export function sessionStream(app: string, handle: string): StreamId {
  return { category: 'session', path: [app, handle] };
}

/** A session with its events. Session streams are sealed under the key of their owner's login method. */
export const Session: Aggregate<SessionState, SessionEvent> = {
  category: 'session',
  events: sessionEvents,
  initial: { status: 'none' },
  evolve(state, event) {
    if (event.type === 'SessionCreated') return created(event.data);
    if (state.status === 'none') throw new Error(`${event.type} in a session stream that has no SessionCreated`);
    return changed(state, event);
  },
  subject: (state) =>
    state.status === 'none' || state.erased ? undefined : userSubject(state.app, state.subjectUserId),
};

function created({ owner, at, ...facts }: ReturnType<typeof SessionCreated>['data']): Session {
  return {
    ...facts,
    status: 'alive',
    erased: owner === 'erased',
    prevRefreshTokenHash2: null,
    refreshTokenRotatedAt: null,
    timeCreated: at,
    reuseDetected: false,
    revokedFor: null,
  };
}

function changed(session: Session, event: Exclude<SessionEvent, { type: 'SessionCreated' }>): Session {
  switch (event.type) {
    case 'RefreshTokenPromoted':
    case 'RefreshTokenRotated':
      return {
        ...session,
        refreshTokenHash2: event.data.newHash2,
        prevRefreshTokenHash2: event.data.prevHash2,
        refreshTokenRotatedAt: event.data.at,
        expiresAt: event.data.expiresAt,
        reuseDetected: false,
      };
    case 'RefreshTokenReissuedInGrace':
      return { ...session, refreshTokenHash2: event.data.newHash2, reuseDetected: false };
    case 'SessionSigningKeyKindChanged':
      return { ...session, useStaticKey: event.data.useStaticKey };
    case 'RefreshTokenReuseDetected':
      return { ...session, reuseDetected: true };
    case 'SessionRevoked':
      return { ...session, status: 'revoked', revokedFor: event.data.reason };
    case 'SessionDataReplaced':
      return { ...session, userDataInDatabase: event.data.userDataInDatabase };
    case 'AccessTokenPayloadReplaced':
      return { ...session, userDataInJWT: event.data.userDataInJWT };
  }
}

type Standing = Pick<Session, 'status' | 'erased' | 'expiresAt'>;

/** The session if there is one: created, not revoked, its owner not erased. It may have expired. */
export function standing<S extends Standing>(state: S | NoSession): S | undefined {
  return state.status === 'alive' && !state.erased ? state : undefined;
}

/** The session if get, verify and data changes may see it; dead from `expiresAt` on (20-session.md 3, 16 W10). */
export function readable<S extends Standing>(state: S | NoSession, now: number): S | undefined {
  const session = standing(state);
  return session && session.expiresAt > now ? session : undefined;
}

/** The session if refresh and the lists by user may see it; dead after `expiresAt` (20-session.md 3). */
export function refreshable<S extends Standing>(state: S | NoSession, now: number): S | undefined {
  const session = standing(state);
  return session && session.expiresAt >= now ? session : undefined;
}
