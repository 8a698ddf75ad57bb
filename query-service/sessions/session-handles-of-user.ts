import { query } from '../query.js';
import { idsOfSessionUser } from './session-user-ids.js';

export interface SessionHandlesOfUserInput {
  readonly appKey: string;
  readonly userId: string;
  /** Absent: in all tenants of the app. */
  readonly tenantKey?: string;
  /** Those of all login methods linked to the user's as well. */
  readonly linked: boolean;
}

/** Handles of the sessions of a user that have not expired (20-session.md 9.7). */
export const sessionHandlesOfUser = query<SessionHandlesOfUserInput, readonly string[]>(
  'SessionHandlesOfUser',
  async (deps, { userId, linked, ...where }) => {
    const userIds = await idsOfSessionUser(deps, where.appKey, userId, linked);
    const sessions = await deps.sessionIndex.sessionsOf({ ...where, userIds, now: deps.now() });
    return sessions.map((session) => session.handle);
  },
);
