import type { Kysely } from 'kysely';

interface Column {
  readonly type: 'text' | 'integer' | 'bigint';
  readonly nullable?: true;
}

export const text: Column = { type: 'text' };
export const optionalText: Column = { type: 'text', nullable: true };
export const integer: Column = { type: 'integer' };
/** ms since the epoch. */
export const time: Column = { type: 'bigint' };
export const optionalTime: Column = { type: 'bigint', nullable: true };

/** A view's table: its columns in order, its key, and what it is looked up by. */
export interface TableShape {
  readonly columns: Readonly<Record<string, Column>>;
  readonly primaryKey: readonly string[];
  readonly indexes: readonly (readonly string[])[];
}

/** The tables of a view by name. */
export type TableShapes<Tables> = { readonly [Name in keyof Tables]: TableShape };

/**
 * Creates a view's tables with their indexes where they are missing.
 *
 * @param suffix appended to the name of every table and index, for a copy beside the live one
 */
export async function createTables<DB>(
  db: Kysely<DB>,
  shapes: Readonly<Record<string, TableShape>>,
  suffix: string,
): Promise<void> {
  await createTablesAlone(db, shapes, suffix);
  await createIndexes(db, shapes, suffix);
}

/** Creates a view's tables where they are missing, with nothing but their primary keys. */
export async function createTablesAlone<DB>(
  db: Kysely<DB>,
  shapes: Readonly<Record<string, TableShape>>,
  suffix: string,
): Promise<void> {
  for (const [name, shape] of Object.entries(shapes)) {
    let table = db.schema.createTable(`${name}${suffix}`).ifNotExists();
    for (const [column, { type, nullable }] of Object.entries(shape.columns))
      table = table.addColumn(column, type, (builder) => (nullable ? builder : builder.notNull()));
    await table.addPrimaryKeyConstraint(`${name}${suffix}_key`, [...shape.primaryKey] as never[]).execute();
  }
}

/** Creates the indexes of a view's tables where they are missing. */
export async function createIndexes<DB>(
  db: Kysely<DB>,
  shapes: Readonly<Record<string, TableShape>>,
  suffix: string,
): Promise<void> {
  for (const [name, shape] of Object.entries(shapes))
    for (const columns of shape.indexes)
      await db.schema
        .createIndex(`${name}${suffix}_by_${columns.join('_')}`)
        .ifNotExists()
        .on(`${name}${suffix}`)
        .columns([...columns])
        .execute();
}

/** Whether all tables of a view are there and have the columns that they should have. */
export async function tablesFit<DB>(db: Kysely<DB>, shapes: Readonly<Record<string, TableShape>>): Promise<boolean> {
  const found = new Map((await db.introspection.getTables()).map((table) => [table.name, table.columns]));
  return Object.entries(shapes).every(([name, shape]) => {
    const columns = found.get(name);
    const wanted = Object.entries(shape.columns);
    return (
      columns?.length === wanted.length &&
      wanted.every(([column, { nullable }]) =>
        columns.some((other) => other.name === column && other.isNullable === (nullable ?? false)),
      )
    );
  });
}
