import type { JsonText } from '../../domain/json/raw-json.js';
import { isWellFormedHandle } from '../../domain/session/handle.js';
import { type NoSession, Session, type SessionRecord, sessionStream } from '../../domain/session/session.js';
import { foldStream } from '../../infra/ports/event-store.js';
import type { SessionRef } from '../../infra/ports/session-index.js';
import type { SessionTables } from '../../projections/sessions/tables.js';
import { sessionsView } from '../../projections/sessions/view.js';
import { preparedOn } from '../../projections/sql/prepared.js';
import type { QueryDeps } from '../query.js';

type Row = SessionTables['sessions'];

const byHandle = preparedOn<SessionTables, Pick<Row, 'app_key' | 'handle'>, Row>((db, key) =>
  db.selectFrom('sessions').selectAll().where('app_key', '=', key.app_key).where('handle', '=', key.handle),
);

/**
 * The session of a handle that a client sent: from the sessions view, and from its own stream when the view does not have
 * it or is behind. A session of another incarnation of its tenant is none. It may have ended or expired.
 */
export async function findSession(
  deps: QueryDeps,
  appKey: string,
  { handle, tenantKey }: SessionRef,
): Promise<SessionRecord | NoSession> {
  if (!isWellFormedHandle(handle)) return Session.initial;
  const session = (await fromView(deps, appKey, handle)) ?? (await fromStream(deps, appKey, handle));
  return session.status !== 'none' && session.tenant === tenantKey ? session : Session.initial;
}

async function fromView(deps: QueryDeps, appKey: string, handle: string): Promise<SessionRecord | undefined> {
  if (deps.progress.isBehind(sessionsView.name)) return undefined;
  const { rows } = await deps.sessions.executeQuery(byHandle(deps.sessions, { app_key: appKey, handle }));
  const [row] = rows;
  return row && sessionOf(row);
}

async function fromStream(deps: QueryDeps, appKey: string, handle: string): Promise<SessionRecord | NoSession> {
  const { state } = await foldStream(deps.store, Session, deps.store.streamName(sessionStream(appKey, handle)));
  return state;
}

/** Only sessions that were neither revoked nor erased are in the view. */
function sessionOf(row: Row): SessionRecord {
  return {
    status: 'alive',
    erased: false,
    app: row.app_key,
    tenant: row.tenant_key,
    tenantId: row.tenant_id,
    handle: row.handle,
    recipeUserId: row.user_id,
    subjectUserId: row.subject_id,
    refreshTokenHash2: row.hash2,
    prevRefreshTokenHash2: row.prev_hash2,
    refreshTokenRotatedAt: row.rotated_at,
    expiresAt: row.expires_at,
    timeCreated: row.time_created,
    userDataInDatabase: row.user_data_in_database as JsonText,
    userDataInJWT: row.user_data_in_jwt as JsonText,
    useStaticKey: row.use_static_key === 1,
  };
}
