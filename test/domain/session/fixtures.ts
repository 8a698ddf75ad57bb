import { createHash } from 'node:crypto';
import { type Decision, type EventOf, unchanged } from '../../../domain/event.js';
import { type JsonText, jsonText } from '../../../domain/json/raw-json.js';
import type { AccessTokenVersion } from '../../../domain/session/access-token-version.js';
import type { Unauthorised } from '../../../domain/session/answers.js';
import { type ReuseSubtype, SessionCreated, type SessionEvent } from '../../../domain/session/events.js';
import type { Lineage } from '../../../domain/session/lineage.js';
import type { Refreshed } from '../../../domain/session/refresh.js';
import { classifyPromotingRefresh, decidePromotingRefresh } from '../../../domain/session/refresh-promoting.js';
import { classifyRotatingRefresh, decideRotatingRefresh } from '../../../domain/session/refresh-rotating.js';
import { decideReuse, type RecentReuseBehaviour, type ReuseAnswer } from '../../../domain/session/reuse.js';
import type { SessionState } from '../../../domain/session/session.js';
import type { VerifiedAccessToken } from '../../../domain/session/verify.js';
import { type PromotingVerify, verifyPromoting } from '../../../domain/session/verify-promoting.js';
import type { CheckedSession } from '../../../domain/session/verify-reading.js';
import { verifyReading } from '../../../domain/session/verify-reading.js';

/** When the session of these tests was created. */
export const T0 = 1_700_000_000_123;
/** refresh_token_validity: 100 days. */
export const R = 8_640_000_000;
/** access_token_validity: one hour. */
export const V = 3_600_000;
/** refresh_token_rotation_grace_period: 30 s. */
export const G = 30_000;
export const HANDLE = '5d0c1f2e-8a4b-4c3d-9e6f-7a8b9c0d1e2f';
export const EMPTY = jsonText('{}');

export const SESSION_MISSING = { status: 'UNAUTHORISED', message: 'Session missing in db or has expired' } as const;
export const NO_SESSION = { status: 'UNAUTHORISED', message: 'Session does not exist.' } as const;
export const PROTECTED = {
  status: 'PROTECTED_FIELD',
  message: 'The user payload contains protected field',
} as const;

function sha(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** A refresh token as the domain sees it. */
export type Token = Lineage;

/** A refresh token, named; a child carries the hash of its parent. */
export function token(name: string, parent?: Token): Token {
  return { hash2: sha(sha(name)), parentHash2: parent?.hash2 ?? null };
}

/** An access token handed out with a refresh token by create, by a promoting refresh, or (parent null) by the rest. */
export function accessToken(
  lineage: Token,
  userDataInJWT: JsonText = EMPTY,
  version: AccessTokenVersion = 5,
): VerifiedAccessToken {
  return { version, lineage, userDataInJWT };
}

/** The same refresh token as an access token without a parent names it. */
export function parentless({ hash2 }: Token): Token {
  return { hash2, parentHash2: null };
}

export const RT0 = token('RT0');

/** The session of these tests: u1's, created at T0 with the refresh token RT0. */
export function created(facts: Partial<EventOf<typeof SessionCreated>['data']> = {}): SessionEvent {
  return SessionCreated({
    app: 'a1',
    tenant: 'public',
    tenantId: 'public',
    handle: HANDLE,
    owner: 'known',
    recipeUserId: 'u1',
    subjectUserId: 'u1',
    primaryUserId: 'u1',
    refreshTokenHash2: RT0.hash2,
    userDataInJWT: EMPTY,
    userDataInDatabase: EMPTY,
    useStaticKey: false,
    expiresAt: T0 + R,
    at: T0,
    ...facts,
  });
}

export interface RefreshOptions {
  readonly now?: number;
  readonly useDynamicSigningKey?: boolean;
  readonly version?: AccessTokenVersion;
}

/** What a refresh answers, without the session. */
export type RefreshAnswer =
  | Unauthorised
  | Omit<Refreshed, 'session'>
  | { readonly status: 'TOKEN_THEFT_DETECTED'; readonly recentTokenReuseSubtype: ReuseSubtype | undefined }
  | Extract<ReuseAnswer, { status: 'UNAUTHORISED' }>;

function request(presented: Token, { now = T0, useDynamicSigningKey, version = 5 }: RefreshOptions) {
  return { presented, useDynamicSigningKey, accessTokenVersion: version, now };
}

function withoutSession({
  events,
  result,
}: Decision<Refreshed | ReuseAnswer, SessionEvent>): Decision<RefreshAnswer, SessionEvent> {
  if (!('session' in result)) return { events, result };
  const { session: _, ...answer } = result;
  return { events, result: answer };
}

/** Refreshes as a client of CDI 5.4. */
export function refresh54(presented: Token, options: RefreshOptions = {}) {
  return (state: SessionState): Decision<RefreshAnswer, SessionEvent> => {
    const found = classifyPromotingRefresh(state, request(presented, options));
    if (found.status === 'REFUSED') return unchanged(found.result);
    if (found.status === 'REUSE') return withoutSession(decideReuse(found, 'TOKEN_THEFT'));
    return withoutSession(decidePromotingRefresh(found, R));
  };
}

/** Refreshes as a client of CDI 5.6; `minted` is the token that is minted if one is. */
export function refresh56(
  presented: Token,
  minted: Token,
  options: RefreshOptions & { readonly behaviour?: RecentReuseBehaviour; readonly grace?: number } = {},
) {
  return (state: SessionState): Decision<RefreshAnswer, SessionEvent> => {
    const found = classifyRotatingRefresh(state, request(presented, options), options.grace ?? G);
    if (found.status === 'REFUSED') return unchanged(found.result);
    if (found.status === 'REUSE') return withoutSession(decideReuse(found, options.behaviour ?? 'TOKEN_THEFT'));
    return withoutSession(decideRotatingRefresh(found, minted.hash2, R));
  };
}

/** Verifies as a client of CDI 5.4. */
export function verify54(presented: VerifiedAccessToken, options: { now?: number; checkDatabase?: boolean } = {}) {
  return (state: SessionState) =>
    verifyPromoting(state, presented, options.checkDatabase ?? false, options.now ?? T0, R);
}

/** Verifies with `checkDatabase` as a client of CDI 5.6. */
export function verify56(presented: VerifiedAccessToken, now: number = T0) {
  return (state: SessionState): Decision<CheckedSession | Unauthorised, SessionEvent> =>
    unchanged(verifyReading(state, presented, now));
}

/** What a refresh at `now` answers when it is good. */
export function granted(now: number, useStaticKey = false): RefreshAnswer {
  return { status: 'OK', useStaticKey, refreshTokenExpiresAt: now + R };
}

/** How a theft is answered. */
export function theft(recentTokenReuseSubtype: ReuseSubtype | undefined): RefreshAnswer {
  return { status: 'TOKEN_THEFT_DETECTED', recentTokenReuseSubtype };
}

/** Verify at CDI 5.4 is content with the token. */
export const AS_IT_IS: PromotingVerify = { status: 'OK', mint: false };

/** Verify at CDI 5.4 hands out a new access token. */
export function minted(userDataInJWT: JsonText = EMPTY, useStaticKey = false): PromotingVerify {
  return { status: 'OK', mint: true, useStaticKey, userDataInJWT };
}
