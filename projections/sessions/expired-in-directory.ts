import type { Kysely } from 'kysely';
import type { SessionView } from '../../infra/ports/session-view.js';
import type { DirectoryTables } from '../directory/tables.js';

/** Expired sessions from the directory, for a sessions view that drops them by itself. */
export function expiredInDirectory(db: Kysely<DirectoryTables>): SessionView['expired'] {
  return async (now, limit) => {
    const rows = await db
      .selectFrom('user_sessions')
      .select(['app_key', 'handle'])
      .where('expires_at', '<=', now)
      .orderBy('expires_at')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ appKey: row.app_key, handle: row.handle }));
  };
}
