import type { Kysely } from 'kysely';
import { type Cell, rowsInOrder } from './rows.js';
import type { TableShape } from './table-shape.js';

/** A row in which two copies of a table differ. Its values are not told, for they may be personal. */
export interface RowDifference {
  readonly table: string;
  /** The primary key; a value that may be personal is {@link HIDDEN}. */
  readonly key: Readonly<Record<string, string>>;
  /** In which copy the row is missing, or the columns that differ. */
  readonly difference: { readonly missingIn: 'first' | 'second' } | { readonly columns: readonly string[] };
}

export const HIDDEN = '(hidden)';

/** Ids that Annals made, hashes and numbers say nothing about a person. */
const IMPERSONAL = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{40,}|\d{1,5}|\d{20})$/;
const IMPERSONAL_COLUMNS: ReadonlySet<string> = new Set(['app_key', 'tenant_key', 'tenant_id', 'recipe']);

/**
 * Finds the first rows in which two copies of a table differ, reading both in the order of the primary key.
 *
 * @param limit how many to find at most
 */
export async function differingRows<A, B>(
  first: Kysely<A>,
  second: Kysely<B>,
  table: string,
  shape: TableShape,
  limit: number,
): Promise<RowDifference[]> {
  const columns = Object.keys(shape.columns);
  const keyAt = shape.primaryKey.map((column) => columns.indexOf(column));
  const describe = (row: readonly Cell[], difference: RowDifference['difference']): RowDifference => ({
    table,
    key: Object.fromEntries(keyAt.map((at) => [columns[at] ?? '', shown(columns[at] ?? '', row[at] ?? null)])),
    difference,
  });

  const found: RowDifference[] = [];
  const left = rowsInOrder(first, table, shape);
  const right = rowsInOrder(second, table, shape);
  try {
    let a = (await left.next()).value as Cell[] | undefined;
    let b = (await right.next()).value as Cell[] | undefined;
    while ((a || b) && found.length < limit) {
      const order = a && b ? compareKeys(a, b, keyAt) : a ? -1 : 1;
      if (a && b && order === 0) {
        const differing = columns.filter((_column, at) => a?.[at] !== b?.[at]);
        if (differing.length > 0) found.push(describe(a, { columns: differing }));
      } else if (a && order < 0) found.push(describe(a, { missingIn: 'second' }));
      else if (b) found.push(describe(b, { missingIn: 'first' }));
      if (order <= 0) a = (await left.next()).value as Cell[] | undefined;
      if (order >= 0) b = (await right.next()).value as Cell[] | undefined;
    }
    return found;
  } finally {
    await left.return(undefined);
    await right.return(undefined);
  }
}

/** A value of a key, unless it may be personal. */
export function shown(column: string, value: Cell): string {
  const text = String(value);
  return IMPERSONAL_COLUMNS.has(column) || IMPERSONAL.test(text) ? text : HIDDEN;
}

function compareKeys(a: readonly Cell[], b: readonly Cell[], keyAt: readonly number[]): number {
  for (const at of keyAt) {
    const order = compareCells(a[at] ?? null, b[at] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** The order of the database: text by its bytes in UTF-8. */
function compareCells(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
