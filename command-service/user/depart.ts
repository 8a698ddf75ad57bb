import { type Departure, departureEvents } from '../../domain/accountlinking/departure.js';
import { type Group, holdingsOf, type Member } from '../../domain/accountlinking/group.js';
import { Identity, identityStream, release } from '../../domain/identity/identity.js';
import { User, type UserState, userStream } from '../../domain/user/user.js';
import { groupOf, memberOf } from '../accountlinking/groups.js';
import { planReservations } from '../accountlinking/plan-reservations.js';
import type { CommandContext, Target } from '../command.js';
import { discardDevicesOf } from '../passwordless/devices.js';
import { revokeSessionsOfUser } from '../session/revoke-sessions.js';
import type { Tx } from '../unit-of-work.js';
import { deleteUserData, ownedDataId } from '../useridmapping/delete-user-data.js';

/** A user whose login methods are about to go: the one that was named, and the primary user that it belongs to. */
export interface Leaving {
  readonly user: UserState;
  /** Undefined for an unlinked user. */
  readonly group: Group | undefined;
}

/** Folds everything that a departure is decided on. */
export async function loadLeaving(tx: Tx, target: Target, user: UserState): Promise<Leaving> {
  return { user, group: await groupOf(tx, target, user) };
}

/** The ids under which sessions of those who end are found, if nobody else uses them. */
export async function sessionIdsOf(tx: Tx, appKey: string, { ended }: Departure): Promise<string[]> {
  const ids = await Promise.all(ended.map((userId) => ownedDataId(tx, appKey, userId)));
  return ids.filter((id) => id !== undefined);
}

/** Ends the sessions of those who are about to be gone: they are found by what is deleted next (20-session.md 14). */
export async function endSessions(context: CommandContext, appKey: string, ids: readonly string[]): Promise<void> {
  for (const userId of ids) await revokeSessionsOfUser(context, { appKey, userId, reason: 'user-deleted' });
}

/**
 * Writes a departure down: links, login methods, what they held, what the primary user reserved, and all that was kept
 * under ids that have ended (32-users.md 6.1, 8.6).
 */
export async function appendDeparture(
  tx: Tx,
  target: Target,
  { user, group }: Leaving,
  departure: Departure,
  at: number,
): Promise<void> {
  const { appKey } = target;
  const own = group ? undefined : await memberOf(tx, target, user);
  const members = group?.members ?? (own ? [own] : []);
  for (const userId of departure.ended) await deleteUserData(tx, appKey, userId, at);
  const reservations = await planReservations(tx, appKey, group, departure.after, at);
  reservations.apply();
  for (const member of members) if (departure.deleted.includes(member.userId)) await letGo(tx, appKey, member, at);
  for (const [userId, events] of departureEvents(appKey, group, departure, at)) {
    const id = userStream(appKey, userId);
    await tx.load(User, id);
    tx.append(User, id, events);
  }
}

/** Frees what a login method held for itself, and ends what was under way to sign in by it. */
async function letGo(tx: Tx, appKey: string, member: Member, at: number): Promise<void> {
  const { userId, method } = member;
  for (const { tenantKey, kind, value } of holdingsOf(member)) {
    const id = identityStream(appKey, tenantKey, kind, value);
    tx.append(Identity, id, release(await tx.load(Identity, id), method.recipe, userId, at));
    if (method.recipe === 'passwordless' && kind !== 'thirdparty')
      await discardDevicesOf(tx, { appKey, tenantKey, contacts: [{ kind, value }] }, 'user-deleted', at);
  }
}
