import type { RevocationReason } from '../../domain/session/events.js';
import { revokeSession as decideRevocation } from '../../domain/session/revoke-session.js';
import { Session, sessionStream } from '../../domain/session/session.js';
import type { SessionRef } from '../../infra/ports/session-index.js';
import { recordActivity } from '../activity/record-activity.js';
import { type CommandContext, command } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { loadSession } from './load-session.js';
import { idsOfSessionUser, resolveSessionIds } from './resolve-session-ids.js';

/** How many sessions end in one append, by themselves or with what ends them. */
const PER_APPEND = 64;

export interface RevokeSessionsInput {
  readonly appKey: string;
  readonly sessions: readonly SessionRef[];
}

/** Revokes sessions by handle; answers with the handles of those that there were (20-session.md 8.6). */
export const revokeSessions = command<RevokeSessionsInput, readonly string[]>(
  'RevokeSessions',
  (context, { appKey, sessions }) => revokeEach(context, appKey, sessions, 'handle'),
);

export interface RevokeUserSessionsInput {
  readonly appKey: string;
  readonly userId: string;
  /** Absent: in all tenants of the app. */
  readonly tenantKey?: string;
  /** Those of all login methods linked to the user's as well. */
  readonly linked: boolean;
}

/** Revokes the sessions of a user, which counts as activity of that user, known or not (20-session.md 9.6). */
export const revokeUserSessions = command<RevokeUserSessionsInput, readonly string[]>(
  'RevokeUserSessions',
  async (context, { linked, ...user }) => {
    const revoked = await revokeAllOf(context, { ...user, reason: 'user' }, linked);
    const { mappedTo } = await resolveSessionIds(context, user.appKey, user.userId);
    await recordActivity(context, user.appKey, mappedTo ?? user.userId);
    return revoked;
  },
);

export interface UserRevocation {
  readonly appKey: string;
  /** The id of one login method; its external id will do as well. */
  readonly userId: string;
  /** Absent: in all tenants of the app. */
  readonly tenantKey?: string;
  readonly reason: RevocationReason;
}

/**
 * Revokes the sessions of one login method, because of what happened to it (20-session.md 14). Several appends: a session
 * that is made meanwhile lives on, and so do those that are left when the process dies. Call it before the login
 * method's personal data are erased.
 *
 * @returns the handles of the sessions that ended
 */
export function revokeSessionsOfUser(context: CommandContext, user: UserRevocation): Promise<readonly string[]> {
  return revokeAllOf(context, user, false);
}

/**
 * Ends the sessions of one login method in the append of what ends them, so that the one is not without the other: as
 * many as fit into one append. {@link revokeSessionsOfUser} ends the rest, and those that are made meanwhile.
 */
export async function revokeSessionsWith(
  tx: Tx,
  context: CommandContext,
  { userId, reason, ...where }: UserRevocation,
): Promise<void> {
  const userIds = await idsOfSessionUser(tx, where.appKey, userId, false);
  const sessions = await context.sessionIndex.sessionsOf({ ...where, userIds, now: context.now() });
  await revokeIn(tx, context, where.appKey, sessions.slice(0, PER_APPEND), reason);
}

async function revokeAllOf(
  context: CommandContext,
  { userId, reason, ...where }: UserRevocation,
  linked: boolean,
): Promise<readonly string[]> {
  const userIds = await context.transact((tx) => idsOfSessionUser(tx, where.appKey, userId, linked));
  const sessions = await context.sessionIndex.sessionsOf({ ...where, userIds, now: context.now() });
  return revokeEach(context, where.appKey, sessions, reason);
}

async function revokeEach(
  context: CommandContext,
  appKey: string,
  sessions: readonly SessionRef[],
  reason: RevocationReason,
): Promise<readonly string[]> {
  const wanted = [...new Map(sessions.map((session) => [session.handle, session])).values()];
  const revoked: string[] = [];
  for (let start = 0; start < wanted.length; start += PER_APPEND) {
    const together = wanted.slice(start, start + PER_APPEND);
    revoked.push(...(await context.transact((tx) => revokeIn(tx, context, appKey, together, reason))));
  }
  return revoked;
}

async function revokeIn(
  tx: Tx,
  context: CommandContext,
  appKey: string,
  sessions: readonly SessionRef[],
  reason: RevocationReason,
): Promise<readonly string[]> {
  const revoked: string[] = [];
  for (const session of sessions) {
    const decision = decideRevocation(await loadSession(tx, appKey, session), reason, context.now());
    if (!decision.result.revoked) continue;
    tx.append(Session, sessionStream(appKey, session.handle), decision.events);
    revoked.push(session.handle);
  }
  return revoked;
}
