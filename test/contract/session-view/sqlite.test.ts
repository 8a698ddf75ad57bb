import type { Kysely } from 'kysely';
import { isSqliteFault } from '../../../infra/sql/busy.js';
import { openSqlite } from '../../../infra/sql/sqlite-database.js';
import { type BookkeepingTables, createBookkeeping, sqlViewTarget } from '../../../infra/sql/view-target.js';
import { sqlSessionView } from '../../../projections/sessions/sql-session-view.js';
import { type SessionTables, sessionShapes } from '../../../projections/sessions/tables.js';
import { sessionsView } from '../../../projections/sessions/view.js';
import { createTables } from '../../../projections/sql/table-shape.js';
import { sessionViewContract } from './contract.js';

sessionViewContract('SQLite', async () => {
  const db = openSqlite<SessionTables & BookkeepingTables>({ file: ':memory:' });
  await createBookkeeping(db as never);
  await createTables(db, sessionShapes, '');
  return {
    view: sqlSessionView(db as unknown as Kysely<SessionTables>),
    definition: sessionsView as never,
    target: sqlViewTarget(db, sessionsView.name, sessionsView.version, isSqliteFault) as never,
    close: () => db.destroy(),
  };
});
