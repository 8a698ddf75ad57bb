import { isWellFormedHandle } from '../../domain/session/handle.js';
import { type NoSession, Session, type SessionRecord, sessionStream } from '../../domain/session/session.js';
import { foldStream } from '../../infra/ports/event-store.js';
import type { SessionRef } from '../../infra/ports/session-index.js';
import type { SessionLookup } from '../../infra/ports/session-view.js';
import { sessionsView } from '../../projections/sessions/view.js';
import type { QueryDeps } from '../query.js';

type Deps = Pick<QueryDeps, 'progress' | 'sessions' | 'store'>;

/**
 * The session of a handle that a client sent: from the sessions view, and from its own stream when the view does not
 * know it or is behind. A session of another incarnation of its tenant is none. It may have ended or expired.
 */
export async function findSession(
  deps: Deps,
  appKey: string,
  { handle, tenantKey }: SessionRef,
): Promise<SessionRecord | NoSession> {
  if (!isWellFormedHandle(handle)) return Session.initial;
  const session = await lookUp(deps, appKey, handle);
  return session.status !== 'none' && session.tenant === tenantKey ? session : Session.initial;
}

async function lookUp(deps: Deps, appKey: string, handle: string): Promise<SessionRecord | NoSession> {
  const isBehind = deps.progress.isBehind(sessionsView.name);
  const found: SessionLookup = isBehind ? { status: 'unknown' } : await deps.sessions.get(appKey, handle);
  if (found.status === 'known') return found.session;
  const folded = await foldStream(deps.store, Session, deps.store.streamName(sessionStream(appKey, handle)));
  found.remember?.(folded);
  return folded.state;
}
