import type { Transaction } from 'kysely';
import type { ChangeableFields, KeptSession, SessionChange, SessionKey } from '../../infra/ports/session-view.js';
import { everyColumn, execute, preparedOn } from '../sql/prepared.js';
import { type SessionTables, sessionShapes } from './tables.js';

type Row = SessionTables['sessions'];
type Tx = Transaction<SessionTables>;
type Key = Pick<Row, 'app_key' | 'handle'>;
type Rotation = Pick<Row, 'hash2' | 'prev_hash2' | 'rotated_at' | 'expires_at'>;

const insert = preparedOn<SessionTables, Row, unknown>((db, row) =>
  db
    .insertInto('sessions')
    .values(everyColumn(row, sessionShapes.sessions))
    .onConflict((conflict) =>
      conflict.columns(['app_key', 'handle']).doUpdateSet(everyColumn(row, sessionShapes.sessions)),
    ),
);

const rotate = preparedOn<SessionTables, Key & Rotation, unknown>((db, row) =>
  db
    .updateTable('sessions')
    .set({ hash2: row.hash2, prev_hash2: row.prev_hash2, rotated_at: row.rotated_at, expires_at: row.expires_at })
    .where('app_key', '=', row.app_key)
    .where('handle', '=', row.handle),
);

const remove = preparedOn<SessionTables, Key, unknown>((db, key) =>
  db.deleteFrom('sessions').where('app_key', '=', key.app_key).where('handle', '=', key.handle),
);

/** Brings a change into the table. The log's order is that of the transactions, so revisions need not be compared. */
export async function applyToTable(tx: Tx, change: SessionChange): Promise<void> {
  switch (change.kind) {
    case 'put':
      return execute(tx, insert(tx, rowOf(change.session)));
    case 'set':
      return update(tx, keyOf(change), change.fields);
    case 'remove':
      return execute(tx, remove(tx, keyOf(change)));
    case 'remove-subject':
      await removeBy(tx, change.appKey).where('subject_id', '=', change.subjectUserId).execute();
      return;
    case 'remove-tenant':
      await removeBy(tx, change.appKey).where('tenant_key', '=', change.tenantKey).execute();
      return;
    case 'remove-app':
      await removeBy(tx, change.appKey).execute();
  }
}

function removeBy(tx: Tx, appKey: string) {
  return tx.deleteFrom('sessions').where('app_key', '=', appKey);
}

async function update(tx: Tx, key: Key, fields: Partial<ChangeableFields>): Promise<void> {
  const columns = columnsOf(fields);
  if (isRotation(columns)) return execute(tx, rotate(tx, { ...key, ...columns }));
  if (Object.keys(columns).length === 0) return;
  await tx
    .updateTable('sessions')
    .set(columns)
    .where('app_key', '=', key.app_key)
    .where('handle', '=', key.handle)
    .execute();
}

/** The frequent change, for which there is a prepared statement. */
function isRotation(columns: Partial<Row>): columns is Rotation {
  const { hash2, prev_hash2, rotated_at, expires_at, ...others } = columns;
  const rotation = [hash2, prev_hash2, rotated_at, expires_at];
  return rotation.every((value) => value !== undefined) && Object.keys(others).length === 0;
}

function keyOf({ appKey, handle }: SessionKey): Key {
  return { app_key: appKey, handle };
}

function columnsOf(fields: Partial<ChangeableFields>): Partial<Row> {
  const { refreshTokenHash2, prevRefreshTokenHash2, refreshTokenRotatedAt, expiresAt } = fields;
  return {
    ...(refreshTokenHash2 !== undefined && { hash2: refreshTokenHash2 }),
    ...(prevRefreshTokenHash2 !== undefined && { prev_hash2: prevRefreshTokenHash2 }),
    ...(refreshTokenRotatedAt !== undefined && { rotated_at: refreshTokenRotatedAt }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(fields.userDataInJWT !== undefined && { user_data_in_jwt: fields.userDataInJWT }),
    ...(fields.userDataInDatabase !== undefined && { user_data_in_database: fields.userDataInDatabase }),
    ...(fields.useStaticKey !== undefined && { use_static_key: fields.useStaticKey ? 1 : 0 }),
  };
}

function rowOf(session: KeptSession): Row {
  return {
    app_key: session.app,
    handle: session.handle,
    tenant_id: session.tenantId,
    tenant_key: session.tenant,
    user_id: session.recipeUserId,
    subject_id: session.subjectUserId,
    hash2: session.refreshTokenHash2,
    prev_hash2: session.prevRefreshTokenHash2,
    rotated_at: session.refreshTokenRotatedAt,
    expires_at: session.expiresAt,
    time_created: session.timeCreated,
    user_data_in_jwt: session.userDataInJWT,
    user_data_in_database: session.userDataInDatabase,
    use_static_key: session.useStaticKey ? 1 : 0,
  };
}
