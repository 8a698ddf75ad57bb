import type { Kysely } from 'kysely';
import type { JsonText } from '../../domain/json/raw-json.js';
import type { SessionRecord } from '../../domain/session/session.js';
import type { SessionView } from '../../infra/ports/session-view.js';
import { preparedOn } from '../sql/prepared.js';
import type { SessionTables } from './tables.js';

type Row = SessionTables['sessions'];

const byHandle = preparedOn<SessionTables, Pick<Row, 'app_key' | 'handle'>, Row>((db, key) =>
  db.selectFrom('sessions').selectAll().where('app_key', '=', key.app_key).where('handle', '=', key.handle),
);

/** The sessions view read from its table. */
export function sqlSessionView(db: Kysely<SessionTables>): SessionView {
  return {
    async get(appKey, handle) {
      const { rows } = await db.executeQuery(byHandle(db, { app_key: appKey, handle }));
      const [row] = rows;
      return row ? { status: 'known', session: sessionOf(row) } : { status: 'unknown' };
    },
    async expired(now, limit) {
      const rows = await db
        .selectFrom('sessions')
        .select(['app_key', 'handle'])
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ appKey: row.app_key, handle: row.handle }));
    },
  };
}

/** Only sessions that were neither revoked nor erased are in the view. */
function sessionOf(row: Row): SessionRecord {
  return {
    status: 'alive',
    erased: false,
    app: row.app_key,
    tenant: row.tenant_key,
    tenantId: row.tenant_id,
    handle: row.handle,
    recipeUserId: row.user_id,
    subjectUserId: row.subject_id,
    refreshTokenHash2: row.hash2,
    prevRefreshTokenHash2: row.prev_hash2,
    refreshTokenRotatedAt: row.rotated_at,
    expiresAt: row.expires_at,
    timeCreated: row.time_created,
    userDataInDatabase: row.user_data_in_database as JsonText,
    userDataInJWT: row.user_data_in_jwt as JsonText,
    useStaticKey: row.use_static_key === 1,
  };
}
