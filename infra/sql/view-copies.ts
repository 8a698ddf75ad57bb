import { type Kysely, sql, type Transaction } from 'kysely';
import { whileBusy } from './busy.js';
import type { BookkeepingTables } from './view-target.js';

/**
 * What the tables of a view's copies are called: `<table>__<token>` while one is being filled, `<table>__old_<token>`
 * for what was live before and is kept, `<table>__drop_<token>` for what was live before and is being removed.
 */
export type CopyKind = 'copy' | 'old' | 'drop';

/** A table beside the live one of a view. */
export interface CopyTable {
  readonly name: string;
  readonly kind: CopyKind;
}

/** The end of the names of a copy's tables. @param token hex digits */
export function copySuffix(kind: CopyKind, token: string): string {
  return kind === 'copy' ? `__${token}` : `__${kind}_${token}`;
}

/** The row in the bookkeeping tables of the copy that is being filled. */
export function copyKey(view: string): string {
  return `${view}@rebuild`;
}

/** The tables in the file that are beside live ones of a view. */
export async function findCopies<DB>(db: Kysely<DB>, tables: readonly string[]): Promise<CopyTable[]> {
  const found: CopyTable[] = [];
  for (const { name } of await db.introspection.getTables()) {
    const match = /^(.+?)__(?:(old|drop)_)?[0-9a-f]+$/.exec(name);
    if (!match || !tables.includes(match[1] ?? '')) continue;
    found.push({ name, kind: (match[2] as 'old' | 'drop' | undefined) ?? 'copy' });
  }
  return found;
}

/**
 * Puts a copy in the place of the live tables, inside a transaction: nobody ever sees the view without a table or with
 * tables of both. The copy's checkpoint and parked streams become the view's.
 *
 * @param tables the view's, by their live names
 * @param to what becomes of the tables that were live
 */
export async function switchTables(
  transaction: Transaction<BookkeepingTables>,
  view: string,
  tables: readonly string[],
  token: string,
  to: 'old' | 'drop',
): Promise<void> {
  const live = new Set((await transaction.introspection.getTables()).map(({ name }) => name));
  for (const table of tables) {
    if (live.has(table)) await rename(transaction, table, `${table}${copySuffix(to, token)}`);
    await rename(transaction, `${table}${copySuffix('copy', token)}`, table);
  }
  for (const books of ['checkpoints', 'parked_streams'] as const) {
    await transaction.deleteFrom(books).where('view', '=', view).execute();
    await transaction.updateTable(books).set({ view }).where('view', '=', copyKey(view)).execute();
  }
}

// Names are spelt out, because the handle of a copy puts its suffix behind the names of tables it is told.
async function rename(db: Kysely<BookkeepingTables>, from: string, to: string): Promise<void> {
  await sql`alter table ${sql.raw(`"${from}"`)} rename to ${sql.raw(`"${to}"`)}`.execute(db);
}

/** Forgets what the bookkeeping tables say of a view's copy. */
export async function forgetCopy(db: Kysely<BookkeepingTables>, view: string): Promise<void> {
  await whileBusy(() =>
    db.transaction().execute(async (transaction) => {
      for (const books of ['checkpoints', 'parked_streams'] as const)
        await transaction.deleteFrom(books).where('view', '=', copyKey(view)).execute();
    }),
  );
}

/** As many as take some 20 ms. */
const ROWS_AT_ONCE = 2_000;

/**
 * Removes a table. Its rows go first, in small transactions: removed rows are overwritten (`secure_delete`), which
 * would hold the lock for long if it were done at once.
 *
 * @param rest is awaited between two transactions, and told how long the last one took, in ms
 */
export async function removeTable(
  db: Kysely<BookkeepingTables>,
  name: string,
  rest: (tookMs: number) => Promise<void>,
): Promise<void> {
  const table = sql.raw(`"${name}"`);
  const removeRows = sql`delete from ${table} where rowid in (select rowid from ${table} limit ${ROWS_AT_ONCE})`;
  for (;;) {
    const started = performance.now();
    const { numAffectedRows } = await whileBusy(() => removeRows.execute(db));
    if (!numAffectedRows) break;
    await rest(performance.now() - started);
  }
  await whileBusy(() => sql`drop table ${table}`.execute(db));
}
