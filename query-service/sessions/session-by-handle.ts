import type { JsonText } from '../../domain/json/raw-json.js';
import { ownerAtRefresh } from '../../domain/session/owner.js';
import { readable } from '../../domain/session/session.js';
import type { SessionRef } from '../../infra/ports/session-index.js';
import { query } from '../query.js';
import { findSession } from './find-session.js';
import { sessionUserIds } from './session-user-ids.js';

export interface SessionByHandleInput {
  readonly appKey: string;
  readonly session: SessionRef;
}

/** A session as clients see it; times are ms since the epoch. */
export interface SessionInformation {
  readonly handle: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly recipeUserId: string;
  /** An object text. */
  readonly userDataInDatabase: JsonText;
  /** An object text. */
  readonly userDataInJWT: JsonText;
  readonly expiresAt: number;
  readonly timeCreated: number;
}

/** The session of a handle, or null if it is gone (20-session.md 9.2). */
export const sessionByHandle = query<SessionByHandleInput, SessionInformation | null>(
  'SessionByHandle',
  async (deps, { appKey, session: ref }) => {
    const session = readable(await findSession(deps, appKey, ref), deps.now());
    if (!session) return null;
    const facts = await sessionUserIds(deps, appKey, session.recipeUserId);
    const { userId, recipeUserId } = ownerAtRefresh(session.recipeUserId, facts);
    const { handle, tenantId, userDataInDatabase, userDataInJWT, expiresAt, timeCreated } = session;
    return { handle, tenantId, userId, recipeUserId, userDataInDatabase, userDataInJWT, expiresAt, timeCreated };
  },
);
