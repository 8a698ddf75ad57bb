import type { Kysely } from 'kysely';
import type { SessionIndex, SessionRef } from '../../infra/ports/session-index.js';
import { preparedOn } from '../sql/prepared.js';
import type { DirectoryTables } from './tables.js';

type Row = DirectoryTables['user_sessions'];

const sessionsOfUser = preparedOn<
  DirectoryTables,
  Pick<Row, 'app_key' | 'user_id'> & { now: number },
  Pick<Row, 'handle' | 'tenant_key'>
>((db, search) =>
  db
    .selectFrom('user_sessions')
    .select(['handle', 'tenant_key'])
    .where('app_key', '=', search.app_key)
    .where('user_id', '=', search.user_id)
    .where('expires_at', '>=', search.now),
);

/** Finds the sessions of users in the directory. */
export function sessionIndex(db: Kysely<DirectoryTables>): SessionIndex {
  return {
    async sessionsOf({ appKey, userIds, tenantKey, now }) {
      const found: SessionRef[] = [];
      for (const userId of new Set(userIds)) {
        const { rows } = await db.executeQuery(sessionsOfUser(db, { app_key: appKey, user_id: userId, now }));
        for (const row of rows) {
          if (tenantKey === undefined || row.tenant_key === tenantKey)
            found.push({ handle: row.handle, tenantKey: row.tenant_key });
        }
      }
      return found;
    },
  };
}
