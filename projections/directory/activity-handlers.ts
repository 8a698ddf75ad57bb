import type { Transaction } from 'kysely';
import { UserWasActive } from '../../domain/activity/activity.js';
import {
  RefreshTokenPromoted,
  RefreshTokenRotated,
  SessionCreated,
  SessionRevoked,
} from '../../domain/session/events.js';
import { on } from '../runner/view.js';
import { sessionKeyOf } from '../sessions/key.js';
import { everyColumn, execute, preparedOn } from '../sql/prepared.js';
import { type DirectoryTables, directoryShapes } from './tables.js';

type Tx = Transaction<DirectoryTables>;

const upsertActivity = preparedOn<DirectoryTables, DirectoryTables['last_active'], unknown>((db, row) =>
  db
    .insertInto('last_active')
    .values(everyColumn(row, directoryShapes.last_active))
    .onConflict((conflict) =>
      conflict.columns(['app_key', 'user_id']).doUpdateSet({ at: row.at }).where('last_active.at', '<', row.at),
    ),
);

/** Moves a user's last activity forward; it never moves back. */
export function recordActivity(tx: Tx, app: string, userId: string, at: number): Promise<void> {
  return execute(tx, upsertActivity(tx, { app_key: app, user_id: userId, at }));
}

const insertSession = preparedOn<DirectoryTables, DirectoryTables['user_sessions'], unknown>((db, row) =>
  db
    .insertInto('user_sessions')
    .values(everyColumn(row, directoryShapes.user_sessions))
    .onConflict((conflict) => conflict.doNothing()),
);

type SessionKey = Pick<DirectoryTables['user_sessions'], 'app_key' | 'handle'>;

const extendSession = preparedOn<DirectoryTables, SessionKey & { expires_at: number }, unknown>((db, row) =>
  db
    .updateTable('user_sessions')
    .set({ expires_at: row.expires_at })
    .where('app_key', '=', row.app_key)
    .where('handle', '=', row.handle),
);

const removeSession = preparedOn<DirectoryTables, SessionKey, unknown>((db, row) =>
  db.deleteFrom('user_sessions').where('app_key', '=', row.app_key).where('handle', '=', row.handle),
);

function keyOf(stream: string): SessionKey {
  const { appKey, handle } = sessionKeyOf(stream);
  return { app_key: appKey, handle };
}

/** Activity is that of the user by the SuperTokens id (32-users.md 5). */
async function activeUserOf(
  tx: Tx,
  session: {
    readonly app: string;
    readonly recipeUserId: string;
    readonly subjectUserId: string;
    readonly primaryUserId: string;
  },
): Promise<string> {
  if (session.primaryUserId === session.recipeUserId) return session.subjectUserId;
  const mapping = await tx
    .selectFrom('user_id_mappings')
    .select('user_id')
    .where('app_key', '=', session.app)
    .where('external_user_id', '=', session.primaryUserId)
    .executeTakeFirst();
  return mapping?.user_id ?? session.primaryUserId;
}

/** When users were last active, and which sessions they have. */
export const activityHandlers = [
  on(UserWasActive, async (tx: Tx, data, event) => {
    if (!event.erased) await recordActivity(tx, data.app, data.userId, data.at);
  }),
  on(SessionCreated, async (tx: Tx, data, event) => {
    if (event.erased) return;
    const row = {
      app_key: data.app,
      handle: data.handle,
      user_id: data.recipeUserId,
      tenant_key: data.tenant,
      expires_at: data.expiresAt,
    };
    await execute(tx, insertSession(tx, row));
    await recordActivity(tx, data.app, await activeUserOf(tx, data), data.at);
  }),
  on(RefreshTokenRotated, (tx: Tx, data, event) =>
    execute(tx, extendSession(tx, { ...keyOf(event.stream), expires_at: data.expiresAt })),
  ),
  on(RefreshTokenPromoted, (tx: Tx, data, event) =>
    execute(tx, extendSession(tx, { ...keyOf(event.stream), expires_at: data.expiresAt })),
  ),
  on(SessionRevoked, (tx: Tx, _data, event) => execute(tx, removeSession(tx, keyOf(event.stream)))),
];
