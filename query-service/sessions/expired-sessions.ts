import { query } from '../query.js';

export interface ExpiredSessionsInput {
  /** How many at most. */
  readonly limit: number;
}

export interface ExpiredSession {
  readonly appKey: string;
  readonly handle: string;
}

/** Sessions that the view still shows although their time is over, those that ended first before the others. */
export const expiredSessions = query<ExpiredSessionsInput, readonly ExpiredSession[]>(
  'ExpiredSessions',
  async (deps, { limit }) => {
    const rows = await deps.sessions
      .selectFrom('sessions')
      .select(['app_key', 'handle'])
      .where('expires_at', '<=', deps.now())
      .orderBy('expires_at')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ appKey: row.app_key, handle: row.handle }));
  },
);
