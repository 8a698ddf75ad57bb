import { type Kysely, sql, type Transaction } from 'kysely';
import { type ParkedStream, type Standing, ViewReplacedError, type ViewTarget } from '../../projections/runner/view.js';
import { BEGINNING } from '../ports/event-log.js';
import { whileBusy } from './busy.js';

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

/** The parked streams of a bookkeeping row, in the order in which they were met. */
export async function storedParkedStreams(db: Kysely<BookkeepingTables>, key: string): Promise<ParkedStream[]> {
  const rows = await db.selectFrom('parked_streams').selectAll().where('view', '=', key).execute();
  const parked = rows.map((row) => ({
    stream: row.stream,
    position: BigInt(row.position),
    eventType: row.event_type,
    error: row.error,
  }));
  return parked.sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0));
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
  const readStanding = db
    .selectFrom('checkpoints')
    .select(['version', 'position'])
    .select((row) => row.selectFrom('parked_streams').select('view').where('view', '=', key).limit(1).as('parked'))
    .where('view', '=', key)
    .compile();
  const writeCheckpoint = db
    .insertInto('checkpoints')
    .values({ view: key, version, position: POSITION })
    .onConflict((conflict) => conflict.column('view').doUpdateSet({ version, position: POSITION }))
    .compile();

  async function standing(books: Transaction<BookkeepingTables>): Promise<Standing> {
    const [row] = (await books.executeQuery(readStanding)).rows;
    if (!row) return { checkpoint: BEGINNING, parked: NONE };
    if (row.version !== version) throw new ViewReplacedError(key, row.version, version);
    if (row.parked === null) return { checkpoint: BigInt(row.position), parked: NONE };
    const streams = await books.selectFrom('parked_streams').select('stream').where('view', '=', key).execute();
    return { checkpoint: BigInt(row.position), parked: new Set(streams.map(({ stream }) => stream)) };
  }

  return {
    isFault,
    checkpoint: () => storedCheckpoint(db, key),
    parkedStreams: () => storedParkedStreams(db, key),
    transaction: (run) =>
      whileBusy(() =>
        database.transaction().execute((transaction) => {
          const books = transaction as unknown as Transaction<BookkeepingTables>;
          return run({
            tx: transaction,
            standing: () => standing(books),
            step: (body) => step(books, body),
            park: (stream) => park(books, key, stream),
            async unpark(stream) {
              await books.deleteFrom('parked_streams').where('view', '=', key).where('stream', '=', stream).execute();
            },
            async saveCheckpoint(position) {
              const parameters = writeCheckpoint.parameters.map((value) =>
                value === POSITION ? String(position) : value,
              );
              await books.executeQuery({ ...writeCheckpoint, parameters });
            },
          });
        }),
      ),
  };
}

/** Stands for the position in the compiled statement; every transaction runs it. */
const POSITION = 'position';
const NONE: ReadonlySet<string> = new Set();

async function step(books: Transaction<BookkeepingTables>, body: () => Promise<void> | void): Promise<void> {
  await sql`savepoint one_event`.execute(books);
  try {
    await body();
  } catch (error) {
    await sql`rollback to savepoint one_event`.execute(books);
    await sql`release savepoint one_event`.execute(books);
    throw error;
  }
  await sql`release savepoint one_event`.execute(books);
}

async function park(books: Transaction<BookkeepingTables>, key: string, stream: ParkedStream): Promise<void> {
  const noted = { position: String(stream.position), event_type: stream.eventType, error: stream.error };
  await books
    .insertInto('parked_streams')
    .values({ view: key, stream: stream.stream, ...noted })
    .onConflict((conflict) => conflict.columns(['view', 'stream']).doUpdateSet(noted))
    .execute();
}
