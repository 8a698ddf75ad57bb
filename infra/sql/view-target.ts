import { type Kysely, sql, type Transaction } from 'kysely';
import type { ParkedStream, ViewTarget } from '../../projections/runner/view.js';
import { BEGINNING } from '../ports/event-log.js';

/** The tables that every database of views has besides the views' own. */
export interface BookkeepingTables {
  checkpoints: { view: string; version: number; position: string };
  parked_streams: { view: string; stream: string; position: string; event_type: string; error: string };
}

/** Creates the bookkeeping tables where they are missing. */
export async function createBookkeeping(db: Kysely<BookkeepingTables>): Promise<void> {
  await db.schema
    .createTable('checkpoints')
    .ifNotExists()
    .addColumn('view', 'text', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('position', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('parked_streams')
    .ifNotExists()
    .addColumn('view', 'text', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('position', 'text', (column) => column.notNull())
    .addColumn('event_type', 'text', (column) => column.notNull())
    .addColumn('error', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('parked_streams_key', ['view', 'stream'])
    .execute();
}

/** The version of a view's rows as stored, or undefined if it was never built. */
export async function storedVersion(db: Kysely<BookkeepingTables>, view: string): Promise<number | undefined> {
  const row = await db.selectFrom('checkpoints').select('version').where('view', '=', view).executeTakeFirst();
  return row?.version;
}

/** Where the view has come to, by the bookkeeping row `key`. */
export async function storedCheckpoint(db: Kysely<BookkeepingTables>, key: string): Promise<bigint> {
  const row = await db.selectFrom('checkpoints').select('position').where('view', '=', key).executeTakeFirst();
  return row ? BigInt(row.position) : BEGINNING;
}

/**
 * A view kept in SQL tables.
 *
 * @param key the view's row in the bookkeeping tables: its name, or another one for a copy that is being rebuilt
 */
export function sqlViewTarget<DB extends BookkeepingTables>(
  database: Kysely<DB>,
  key: string,
  version: number,
  isFault: (error: unknown) => boolean,
): ViewTarget<Transaction<DB>> {
  const db = database as unknown as Kysely<BookkeepingTables>;
  return {
    isFault,
    checkpoint: () => storedCheckpoint(db, key),
    async parkedStreams() {
      const rows = await db.selectFrom('parked_streams').selectAll().where('view', '=', key).execute();
      return rows.map((row) => ({
        stream: row.stream,
        position: BigInt(row.position),
        eventType: row.event_type,
        error: row.error,
      }));
    },
    transaction: (run) =>
      database.transaction().execute(async (transaction) => {
        const books = transaction as unknown as Transaction<BookkeepingTables>;
        await run({
          tx: transaction,
          async step(body) {
            await sql`savepoint one_event`.execute(books);
            try {
              await body();
              await sql`release savepoint one_event`.execute(books);
            } catch (error) {
              await sql`rollback to savepoint one_event`.execute(books);
              throw error;
            }
          },
          park: (stream) => park(books, key, stream),
          async unpark(stream) {
            await books.deleteFrom('parked_streams').where('view', '=', key).where('stream', '=', stream).execute();
          },
          async saveCheckpoint(position) {
            const row = { view: key, version, position: String(position) };
            await books
              .insertInto('checkpoints')
              .values(row)
              .onConflict((conflict) => conflict.column('view').doUpdateSet({ version, position: row.position }))
              .execute();
          },
        });
      }),
  };
}

async function park(books: Transaction<BookkeepingTables>, key: string, stream: ParkedStream): Promise<void> {
  await books
    .insertInto('parked_streams')
    .values({
      view: key,
      stream: stream.stream,
      position: String(stream.position),
      event_type: stream.eventType,
      error: stream.error,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
