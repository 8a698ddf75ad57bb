import { isWellFormedHandle } from '../../domain/session/handle.js';
import { Session, type SessionState, sessionStream } from '../../domain/session/session.js';
import type { SessionRef } from '../../infra/ports/session-index.js';
import type { Tx } from '../unit-of-work.js';

/**
 * Folds the session of a handle that a client sent. A handle that no session can have, and one of another incarnation
 * of its tenant, is no session.
 */
export async function loadSession(tx: Tx, appKey: string, { handle, tenantKey }: SessionRef): Promise<SessionState> {
  if (!isWellFormedHandle(handle)) return Session.initial;
  const state = await tx.load(Session, sessionStream(appKey, handle));
  return state.status !== 'none' && state.tenant === tenantKey ? state : Session.initial;
}
