import type { Kysely } from 'kysely';
import type { TableShape } from './table-shape.js';

/** One value of a row. */
export type Cell = string | number | null;

/** How many rows a server is asked for at once. */
const ROWS_AT_ONCE = 1_000;

/** The rows of a table in the order of its primary key, each as its values in the order of the shape's columns. */
export async function* rowsInOrder<DB>(db: Kysely<DB>, table: string, shape: TableShape): AsyncGenerator<Cell[]> {
  const columns = Object.keys(shape.columns);
  let query = (db as unknown as Kysely<Record<string, Record<string, Cell>>>).selectFrom(table).select(columns);
  for (const column of shape.primaryKey) query = query.orderBy(column);
  for await (const row of query.stream(ROWS_AT_ONCE)) yield columns.map((column) => row[column] ?? null);
}
