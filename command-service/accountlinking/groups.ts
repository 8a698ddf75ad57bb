import type { Group, Member } from '../../domain/accountlinking/group.js';
import { isKnownUser, primaryUserIdOf, User, type UserState, userStream } from '../../domain/user/user.js';
import type { Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { presentTenants } from '../user/present-tenants.js';
import { resolveUserId } from '../useridmapping/resolve-user-id.js';

/** Folds the user that any text stands for; undefined if it stands for nobody. */
export async function findUser(tx: Tx, appKey: string, given: string): Promise<UserState | undefined> {
  const userId = await resolveUserId(tx, appKey, given);
  const user = userId === undefined ? undefined : await tx.load(User, userStream(appKey, userId));
  return user && isKnownUser(user) ? user : undefined;
}

/** The login method of a user's stream as part of a user, in the tenants that have not been removed. */
export async function memberOf(
  tx: Tx,
  target: Target,
  { userId, method }: Pick<UserState, 'userId' | 'method'>,
): Promise<Member | undefined> {
  if (!method) return undefined;
  return { userId, method: { ...method, tenants: await presentTenants(tx, target, method.tenants) } };
}

/** The primary user that a login method belongs to, with all others that do; undefined for an unlinked one. */
export async function groupOf(tx: Tx, target: Target, user: UserState): Promise<Group | undefined> {
  const primaryUserId = primaryUserIdOf(user);
  if (primaryUserId === undefined) return undefined;
  const { appKey } = target;
  const primary = await tx.load(User, userStream(appKey, primaryUserId));
  const linked = primary.linking.kind === 'primary' ? primary.linking.linked : [];
  const others = await Promise.all(linked.map((id) => tx.load(User, userStream(appKey, id))));
  const members = await Promise.all([primary, ...others].map((each) => memberOf(tx, target, each)));
  return { primaryUserId, members: members.filter((member) => member !== undefined) };
}
