import type { Transaction } from 'kysely';
import {
  AccessTokenPayloadReplaced,
  RefreshTokenPromoted,
  RefreshTokenReissuedInGrace,
  RefreshTokenRotated,
  SessionCreated,
  SessionDataReplaced,
  SessionRevoked,
  SessionSigningKeyKindChanged,
} from '../../domain/session/events.js';
import { AppRemoved, TenantRemoved } from '../../domain/tenancy/events.js';
import { UserDeleted } from '../../domain/user/events.js';
import { on, type View } from '../runner/view.js';
import { everyColumn, execute, preparedOn } from '../sql/prepared.js';
import { sessionKeyOf } from './key.js';
import { type SessionTables, sessionShapes } from './tables.js';

type Row = SessionTables['sessions'];
type Tx = Transaction<SessionTables>;

const insert = preparedOn<SessionTables, Row, unknown>((db, row) =>
  db
    .insertInto('sessions')
    .values(everyColumn(row, sessionShapes.sessions))
    .onConflict((conflict) =>
      conflict.columns(['app_key', 'handle']).doUpdateSet(everyColumn(row, sessionShapes.sessions)),
    ),
);

type Key = Pick<Row, 'app_key' | 'handle'>;
type Rotation = Pick<Row, 'hash2' | 'prev_hash2' | 'rotated_at' | 'expires_at'>;

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

const keyOf = (stream: string): Key => {
  const { appKey, handle } = sessionKeyOf(stream);
  return { app_key: appKey, handle };
};

function rotated(tx: Tx, stream: string, data: { newHash2: string; prevHash2: string; at: number; expiresAt: number }) {
  return execute(
    tx,
    rotate(tx, {
      ...keyOf(stream),
      hash2: data.newHash2,
      prev_hash2: data.prevHash2,
      rotated_at: data.at,
      expires_at: data.expiresAt,
    }),
  );
}

async function set(tx: Tx, stream: string, change: Partial<Row>): Promise<void> {
  const key = keyOf(stream);
  await tx
    .updateTable('sessions')
    .set(change)
    .where('app_key', '=', key.app_key)
    .where('handle', '=', key.handle)
    .execute();
}

/** The sessions view, for fast lookup of one session. Sessions whose owner was erased are not in it. */
export const sessionsView: View<Tx> = {
  name: 'sessions',
  version: 1,
  streamPrefixes: ['session-', 'user-', 'app-'],
  handlers: new Map([
    on(SessionCreated, async (tx: Tx, data, event) => {
      if (event.erased) return;
      await execute(
        tx,
        insert(tx, {
          app_key: data.app,
          handle: data.handle,
          tenant_id: data.tenantId,
          tenant_key: data.tenant,
          user_id: data.recipeUserId,
          subject_id: data.subjectUserId,
          hash2: data.refreshTokenHash2,
          prev_hash2: null,
          rotated_at: null,
          expires_at: data.expiresAt,
          time_created: data.at,
          user_data_in_jwt: data.userDataInJWT,
          user_data_in_database: data.userDataInDatabase,
          use_static_key: data.useStaticKey ? 1 : 0,
        }),
      );
    }),
    on(RefreshTokenPromoted, (tx: Tx, data, event) => rotated(tx, event.stream, data)),
    on(RefreshTokenRotated, (tx: Tx, data, event) => rotated(tx, event.stream, data)),
    on(RefreshTokenReissuedInGrace, (tx: Tx, data, event) => set(tx, event.stream, { hash2: data.newHash2 })),
    on(SessionSigningKeyKindChanged, (tx: Tx, data, event) =>
      set(tx, event.stream, { use_static_key: data.useStaticKey ? 1 : 0 }),
    ),
    on(SessionDataReplaced, (tx: Tx, data, event) =>
      set(tx, event.stream, { user_data_in_database: data.userDataInDatabase }),
    ),
    on(AccessTokenPayloadReplaced, (tx: Tx, data, event) =>
      set(tx, event.stream, { user_data_in_jwt: data.userDataInJWT }),
    ),
    on(SessionRevoked, (tx: Tx, _data, event) => execute(tx, remove(tx, keyOf(event.stream)))),
    // What was sealed under the user's key can't be read again: the live view must not show what a rebuilt one can't.
    on(UserDeleted, async (tx: Tx, { app, userId }) => {
      await tx.deleteFrom('sessions').where('app_key', '=', app).where('subject_id', '=', userId).execute();
    }),
    on(TenantRemoved, async (tx: Tx, { appKey, tenantKey }) => {
      await tx.deleteFrom('sessions').where('app_key', '=', appKey).where('tenant_key', '=', tenantKey).execute();
    }),
    on(AppRemoved, async (tx: Tx, data) => {
      await tx.deleteFrom('sessions').where('app_key', '=', data.appKey).execute();
    }),
  ]),
};
