import type { OwnerFacts } from '../../domain/session/owner.js';
import { isUserId, primaryUserIdOf, User, type UserState, userStream } from '../../domain/user/user.js';
import type { CommandContext } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { externalIdOf, userOfExternalId } from '../useridmapping/resolve-user-id.js';

/** What is known of the id that a session is, or is to be, stored under (20-session.md 7). */
export function resolveSessionIds(context: CommandContext, appKey: string, userId: string): Promise<OwnerFacts> {
  return context.transact(async (tx) => {
    const [mappedTo, given] = await Promise.all([userOfExternalId(tx, appKey, userId), loadLogin(tx, appKey, userId)]);
    const { externalId, primaryUserId } = mappedTo === undefined ? given : await loadLogin(tx, appKey, mappedTo);
    const isOwnPrimary = primaryUserId === undefined || primaryUserId === (mappedTo ?? userId);
    const primaryExternalId = isOwnPrimary ? undefined : await externalIdOf(tx, appKey, primaryUserId);
    return { mappedTo, externalId, primaryUserId, primaryExternalId };
  });
}

async function loadLogin(tx: Tx, appKey: string, userId: string) {
  const [externalId, user] = await Promise.all([externalIdOf(tx, appKey, userId), loadUser(tx, appKey, userId)]);
  return { externalId, primaryUserId: primaryUserIdOf(user) };
}

/**
 * The ids under which sessions of a user may be stored: of this login method, or of every one that is linked to it, by
 * both of its ids (20-session.md 16, W9).
 */
export async function idsOfSessionUser(
  tx: Tx,
  appKey: string,
  userId: string,
  withLinked: boolean,
): Promise<readonly string[]> {
  const own = (await userOfExternalId(tx, appKey, userId)) ?? userId;
  const logins = new Set([own, ...(withLinked ? await loginsOf(tx, appKey, own) : [])]);
  const ids = new Set([userId]);
  for (const login of logins) {
    const externalId = await externalIdOf(tx, appKey, login);
    ids.add(login);
    if (externalId !== undefined) ids.add(externalId);
  }
  return [...ids];
}

/** The primary user that a login method belongs to, and all login methods of it; none for an unlinked one. */
async function loginsOf(tx: Tx, appKey: string, userId: string): Promise<readonly string[]> {
  const primaryUserId = primaryUserIdOf(await loadUser(tx, appKey, userId));
  if (primaryUserId === undefined) return [];
  const { linking } = await loadUser(tx, appKey, primaryUserId);
  return [primaryUserId, ...(linking.kind === 'primary' ? linking.linked : [])];
}

async function loadUser(tx: Tx, appKey: string, userId: string): Promise<UserState> {
  return isUserId(userId) ? tx.load(User, userStream(appKey, userId)) : User.initial;
}
