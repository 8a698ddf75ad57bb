import type { Transaction } from 'kysely';
import { everyColumn, execute, preparedOn } from '../sql/prepared.js';
import { type DirectoryTables, directoryShapes } from './tables.js';

type Tx = Transaction<DirectoryTables>;
type Row = DirectoryTables['removed_tenants'];

const insertRemoved = preparedOn<DirectoryTables, Row, unknown>((db, row) =>
  db
    .insertInto('removed_tenants')
    .values(everyColumn(row, directoryShapes.removed_tenants))
    .onConflict((conflict) => conflict.doNothing()),
);

const findRemoved = preparedOn<DirectoryTables, Row, Pick<Row, 'tenant_key'>>((db, row) =>
  db
    .selectFrom('removed_tenants')
    .select('tenant_key')
    .where('app_key', '=', row.app_key)
    .where('tenant_key', '=', row.tenant_key),
);

/** Remembers that a tenant is gone for good: one of the same name that is made later has another key. */
export function rememberRemoval(tx: Tx, app: string, tenant: string): Promise<void> {
  return execute(tx, insertRemoved(tx, { app_key: app, tenant_key: tenant }));
}

/**
 * Whether a tenant was removed earlier in the log. A user's stream may tell of a membership of it all the same: the
 * two streams were written at once, and nothing but their places in the log says which came first.
 */
export async function isRemoved(tx: Tx, app: string, tenant: string): Promise<boolean> {
  const { rows } = await tx.executeQuery(findRemoved(tx, { app_key: app, tenant_key: tenant }));
  return rows.length > 0;
}
