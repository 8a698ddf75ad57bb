import type { JsonText } from '../json/raw-json.js';
import { type AccessTokenVersion, payloadHasProtectedKey } from './access-token-version.js';
import { protectedField, type Unauthorised, unauthorised } from './answers.js';
import { type SessionEvent, SessionSigningKeyKindChanged } from './events.js';
import type { Lineage } from './lineage.js';
import { refreshable, type Session, type SessionState } from './session.js';

/** What a refresh asks for, in both generations. */
export interface RefreshRequest {
  readonly presented: Lineage;
  /** Absent: keep the session's kind of key. */
  readonly useDynamicSigningKey: boolean | undefined;
  /** Version of the access token to be minted. */
  readonly accessTokenVersion: AccessTokenVersion;
  /** ms since the epoch. */
  readonly now: number;
}

/** The refresh is good: mint a refresh token and an access token, then decide with the same value. */
export interface MintingRefresh<C extends string> {
  readonly status: 'MINT';
  readonly case: C;
  readonly session: Session;
  readonly presentedHash2: string;
  /** The kind of key for the access token. */
  readonly useStaticKey: boolean;
  /** The custom claims for the access token; without protected keys. */
  readonly userDataInJWT: JsonText;
  readonly now: number;
}

/** The refresh is refused and changes nothing: answer with `result`. */
export interface RefusedRefresh {
  readonly status: 'REFUSED';
  readonly result: Unauthorised;
}

/** What a good refresh comes to. */
export interface Refreshed {
  readonly status: 'OK';
  readonly session: Session;
  readonly useStaticKey: boolean;
  /** The expiry to advertise for the new refresh token, ms since the epoch: may exceed the session's own. */
  readonly refreshTokenExpiresAt: number;
}

/** The session to refresh, or why there is none. */
export function sessionToRefresh(state: SessionState, now: number): Session | RefusedRefresh {
  return (
    refreshable(state, now) ?? {
      status: 'REFUSED',
      result: unauthorised('Session missing in db or has expired'),
    }
  );
}

/**
 * Says what to mint, unless the stored payload doesn't suit the version asked for: that is found before anything is
 * minted or written (20-session.md 9.4; 16, W5).
 */
export function toMint<C extends string>(
  session: Session,
  request: RefreshRequest,
  which: C,
): MintingRefresh<C> | RefusedRefresh {
  if (payloadHasProtectedKey(session.userDataInJWT, request.accessTokenVersion)) {
    return { status: 'REFUSED', result: unauthorised(protectedField.message) };
  }
  const { useDynamicSigningKey } = request;
  return {
    status: 'MINT',
    case: which,
    session,
    presentedHash2: request.presented.hash2,
    useStaticKey: useDynamicSigningKey === undefined ? session.useStaticKey : !useDynamicSigningKey,
    userDataInJWT: session.userDataInJWT,
    now: request.now,
  };
}

/** The event that a change of the kind of key needs, if it is one. */
export function keyKindChange({ session, useStaticKey, now }: MintingRefresh<string>): readonly SessionEvent[] {
  return useStaticKey === session.useStaticKey ? [] : [SessionSigningKeyKindChanged({ useStaticKey, at: now })];
}

/** The answer to a good refresh. */
export function refreshed({ session, useStaticKey, now }: MintingRefresh<string>, refreshValidity: number): Refreshed {
  return { status: 'OK', session, useStaticKey, refreshTokenExpiresAt: now + refreshValidity };
}
