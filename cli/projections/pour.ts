import type { CompiledQuery, Kysely } from 'kysely';
import { whileBusy } from '../../infra/sql/busy.js';
import type { BookkeepingTables } from '../../infra/sql/view-target.js';
import { type Cell, rowsInOrder } from '../../projections/sql/rows.js';
import type { TableShape } from '../../projections/sql/table-shape.js';

export interface PourOptions {
  readonly shapes: Readonly<Record<string, TableShape>>;
  /** How many rows have been copied so far, and how many there are. */
  readonly onRows: (done: number, total: number) => void;
  /** Is awaited between two statements, and told how long the last one took, in ms. */
  readonly rest: (tookMs: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** As many as take some 20 ms; parameters of a statement are limited as well. */
const ROWS_AT_ONCE = 1_000;

/**
 * Copies the rows of a view into empty tables of the same names on another handle, which may be another engine's. Each
 * statement is by itself, so the lock of a view is not held from one to the next.
 *
 * @throws faults of the storage, and the signal's reason when it aborts
 */
export async function pourRows(
  from: Kysely<BookkeepingTables>,
  to: Kysely<BookkeepingTables>,
  { shapes, onRows, rest, signal }: PourOptions,
): Promise<void> {
  let total = 0;
  for (const table of Object.keys(shapes)) total += await countRows(from, table);
  let done = 0;
  for (const [table, shape] of Object.entries(shapes)) {
    const insert = insertInto(to, table, Object.keys(shape.columns));
    for await (const rows of inGroups(rowsInOrder(from, table, shape), ROWS_AT_ONCE)) {
      signal.throwIfAborted();
      const started = performance.now();
      await whileBusy(() => to.executeQuery(insert(rows)));
      done += rows.length;
      onRows(done, total);
      await rest(performance.now() - started);
    }
  }
}

async function countRows(db: Kysely<BookkeepingTables>, table: string): Promise<number> {
  const { rows } = await (db as unknown as Kysely<Record<string, object>>)
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return rows;
}

/** Makes the statement that inserts rows. It is compiled once for a full group: compiling costs more than running. */
function insertInto(db: Kysely<BookkeepingTables>, table: string, columns: readonly string[]) {
  const compile = (rows: number): CompiledQuery =>
    (db as unknown as Kysely<Record<string, Record<string, string>>>)
      .insertInto(table)
      .values(Array.from({ length: rows }, () => Object.fromEntries(columns.map((column) => [column, '']))))
      .compile();
  let ofFullGroup: CompiledQuery | undefined;
  return (rows: readonly (readonly Cell[])[]): CompiledQuery => {
    if (rows.length === ROWS_AT_ONCE) ofFullGroup ??= compile(ROWS_AT_ONCE);
    const template = rows.length === ROWS_AT_ONCE && ofFullGroup ? ofFullGroup : compile(rows.length);
    return { ...template, parameters: rows.flat() };
  };
}

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
