import type { Kysely } from 'kysely';
import type { RecordedEvent } from '../../../infra/ports/event-log.js';
import { openPostgres } from '../../../infra/postgres/database.js';
import { isPostgresFault } from '../../../infra/postgres/failures.js';
import { isSqliteFault } from '../../../infra/sql/busy.js';
import { openSqlite } from '../../../infra/sql/sqlite-database.js';
import { type BookkeepingTables, createBookkeeping, sqlViewTarget } from '../../../infra/sql/view-target.js';
import { type DirectoryTables, directoryShapes } from '../../../projections/directory/tables.js';
import { directoryView } from '../../../projections/directory/view.js';
import { applyBatch, standingOf } from '../../../projections/runner/apply.js';
import type { View, ViewTarget } from '../../../projections/runner/view.js';
import { type SessionTables, sessionShapes } from '../../../projections/sessions/tables.js';
import { sessionsView } from '../../../projections/sessions/view.js';
import { createTables } from '../../../projections/sql/table-shape.js';

export type ViewTables = DirectoryTables & SessionTables & BookkeepingTables;

/** Both SQL views in one database. */
export interface ViewsDatabase {
  readonly name: string;
  readonly db: Kysely<ViewTables>;
  readonly directory: ViewTarget<never>;
  readonly sessions: ViewTarget<never>;
  close(): Promise<void>;
}

export async function viewsOnSqlite(): Promise<ViewsDatabase> {
  const db = openSqlite<ViewTables>({ file: ':memory:' });
  await makeTables(db);
  return views('SQLite', db, db, isSqliteFault, () => db.destroy());
}

export async function viewsOnPostgres(url: string, timeout = 10_000): Promise<ViewsDatabase> {
  const directory = openPostgres<ViewTables>({ url, timeout, access: { lock: 'directory' } });
  const sessions = openPostgres<ViewTables>({ url, timeout, access: { lock: 'sessions' } });
  await makeTables(directory);
  return views('PostgreSQL', directory, sessions, isPostgresFault, async () => {
    await directory.destroy();
    await sessions.destroy();
  });
}

async function makeTables(db: Kysely<ViewTables>): Promise<void> {
  await createBookkeeping(db as never);
  await createTables(db, directoryShapes, '');
  await createTables(db, sessionShapes, '');
}

function views(
  name: string,
  db: Kysely<ViewTables>,
  forSessions: Kysely<ViewTables>,
  isFault: (error: unknown) => boolean,
  close: () => Promise<void>,
): ViewsDatabase {
  return {
    name,
    db,
    directory: sqlViewTarget(db, directoryView.name, directoryView.version, isFault) as never,
    sessions: sqlViewTarget(forSessions, sessionsView.name, sessionsView.version, isFault) as never,
    close,
  };
}

/** Events that are not sealed. */
export const plainStore = {
  decode: async (events: readonly RecordedEvent[]) =>
    events.map((event) => ({ ...event, data: JSON.parse(event.data), erased: false })),
};

/** Applies events to both views, so many at a time. Answers with the streams that were parked. */
export async function fill(
  database: ViewsDatabase,
  events: readonly RecordedEvent[],
  batch: number,
): Promise<string[]> {
  const parked: string[] = [];
  for (const [view, target] of [
    [directoryView, database.directory],
    [sessionsView, database.sessions],
  ] as const) {
    const onParked = ({ stream, error }: { stream: string; error: string }) => parked.push(`${stream}: ${error}`);
    const applying = { view: view as View<never>, target, store: plainStore, onParked };
    let standing = await standingOf(target);
    for (let from = 0; from < events.length; from += batch) {
      const some = events.slice(from, from + batch);
      standing = await applyBatch(applying, { events: some, upTo: some.at(-1)?.position ?? 0n }, standing);
    }
  }
  return parked;
}
