import { accept, type Decision, unchanged } from '../event.js';
import type { JsonText } from '../json/raw-json.js';
import { type AccessTokenVersion, payloadHasProtectedKey } from './access-token-version.js';
import { type ProtectedField, protectedField } from './answers.js';
import { SessionCreated, type SessionEvent } from './events.js';
import type { SessionOwner } from './owner.js';
import type { SessionState } from './session.js';

export interface NewSession {
  readonly app: string;
  /** The key of the tenant's present incarnation. */
  readonly tenant: string;
  readonly tenantId: string;
  readonly handle: string;
  readonly owner: SessionOwner;
  /** hash2 of the refresh token minted for it. */
  readonly refreshTokenHash2: string;
  readonly userDataInJWT: JsonText;
  readonly userDataInDatabase: JsonText;
  readonly useStaticKey: boolean;
  readonly accessTokenVersion: AccessTokenVersion;
}

export interface CreatedSession {
  readonly status: 'OK';
  /** ms since the epoch; also the refresh token's `expiry`. */
  readonly expiresAt: number;
}

/**
 * Creates a session (20-session.md 8.1).
 *
 * @param now ms since the epoch; also the refresh token's `createdTime`
 * @param refreshValidity R in ms
 * @throws when the handle is taken: handles are random, so that is a fault
 */
export function createSession(
  state: SessionState,
  session: NewSession,
  now: number,
  refreshValidity: number,
): Decision<CreatedSession | ProtectedField, SessionEvent> {
  const { owner, accessTokenVersion, ...facts } = session;
  if (payloadHasProtectedKey(facts.userDataInJWT, accessTokenVersion)) return unchanged(protectedField);
  if (state.status !== 'none') throw new Error(`there already is a session ${facts.handle}`);
  const expiresAt = now + refreshValidity;
  return accept(
    { status: 'OK', expiresAt },
    SessionCreated({
      ...facts,
      owner: 'known',
      recipeUserId: owner.recipeUserId,
      subjectUserId: owner.subjectUserId,
      primaryUserId: owner.userId,
      expiresAt,
      at: now,
    }),
  );
}
