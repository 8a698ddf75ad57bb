import Database from 'better-sqlite3';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement, type Transaction } from 'kysely';
import type { DomainEvent } from '../../../domain/event.js';
import type { StoredEvent } from '../../../infra/ports/event-store.js';
import { type DirectoryTables, directoryShapes } from '../../../projections/directory/tables.js';
import { directoryView } from '../../../projections/directory/view.js';
import { createTables } from '../../../projections/sql/table-shape.js';

/** A directory in memory, and how events get into it. */
export interface Directory {
  readonly db: Kysely<DirectoryTables>;
  /** Applies events of one stream, in one transaction. */
  apply(events: readonly DomainEvent[], facts?: Partial<StoredEvent>): Promise<void>;
  /** How the database runs every statement it was given so far: a line per step, by statement. */
  plans(): ReadonlyMap<string, readonly string[]>;
}

export async function emptyDirectory(): Promise<Directory> {
  const connection = new Database(':memory:');
  const statements = new Set<string>();
  const database: SqliteDatabase = {
    prepare(sql) {
      if (/^(select|insert|update|delete)/.test(sql)) statements.add(sql);
      return connection.prepare(sql) as unknown as SqliteStatement;
    },
    close: () => connection.close(),
  };
  const db = new Kysely<DirectoryTables>({ dialect: new SqliteDialect({ database }) });
  await createTables(db, directoryShapes, '');
  statements.clear();
  let position = 0n;
  return {
    db,
    apply: (events, facts = {}) =>
      db.transaction().execute(async (tx: Transaction<DirectoryTables>) => {
        for (const event of events) {
          const stored: StoredEvent = {
            ...event,
            id: String(position),
            stream: 'user-test',
            revision: 0,
            position: position++,
            recordedAt: 0,
            metadata: {},
            erased: false,
            ...facts,
          };
          await directoryView.handlers.get(event.type)?.(tx, stored);
        }
      }),
    plans: () => new Map([...statements].map((sql) => [sql, planOf(connection, sql)])),
  };
}

function planOf(connection: Database.Database, sql: string): string[] {
  const parameters = Array.from(sql.matchAll(/\?/g), () => null);
  const steps = connection.prepare(`explain query plan ${sql}`).all(...parameters) as { readonly detail: string }[];
  return steps.map((step) => step.detail);
}
