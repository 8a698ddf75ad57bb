import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { rowsInOrder } from './rows.js';
import type { TableShape } from './table-shape.js';

/** What a table holds, in short. */
export interface TableDigest {
  readonly rows: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

/** What a view holds, in short: two views with equal digests have equal rows. */
export interface ViewDigest {
  /** Over the digests of the tables, hex. */
  readonly sha256: string;
  readonly tables: ReadonlyMap<string, TableDigest>;
}

/**
 * Digests a view: every row of every table in the order of its primary key, as a line of JSON. Reads row by row. For a
 * view that changes meanwhile, `db` is a transaction that sees one state of it.
 */
export async function digestView<DB>(
  db: Kysely<DB>,
  shapes: Readonly<Record<string, TableShape>>,
): Promise<ViewDigest> {
  const whole = createHash('sha256');
  const tables = new Map<string, TableDigest>();
  for (const table of Object.keys(shapes).sort()) {
    const shape = shapes[table];
    if (!shape) continue;
    const digest = await digestTable(db, table, shape);
    tables.set(table, digest);
    whole.update(`${JSON.stringify([table, digest.rows, digest.sha256])}\n`);
  }
  return { sha256: whole.digest('hex'), tables };
}

async function digestTable<DB>(db: Kysely<DB>, table: string, shape: TableShape): Promise<TableDigest> {
  const hash = createHash('sha256').update(`${JSON.stringify(Object.keys(shape.columns))}\n`);
  let rows = 0;
  for await (const row of rowsInOrder(db, table, shape)) {
    hash.update(`${JSON.stringify(row)}\n`);
    rows++;
  }
  return { rows, sha256: hash.digest('hex') };
}

/** The tables in which two digests differ. */
export function differingTables(a: ViewDigest, b: ViewDigest): string[] {
  return [...a.tables]
    .filter(([table, digest]) => b.tables.get(table)?.sha256 !== digest.sha256)
    .map(([table]) => table);
}
