import { withMember } from '../../domain/accountlinking/group.js';
import { type LinkResult, link, linkObstacle } from '../../domain/accountlinking/link.js';
import type { BadInput } from '../../domain/tenancy/result.js';
import { primaryUserIdOf, User, userStream } from '../../domain/user/user.js';
import { type CommandContext, command, type Target } from '../command.js';
import { revokeSessionsOfUser, revokeSessionsWith, type UserRevocation } from '../session/revoke-sessions.js';
import { findUser, groupOf, memberOf } from './groups.js';
import { planReservations } from './plan-reservations.js';
import { tooLarge, UNKNOWN_USER, withEffectiveId } from './refusals.js';

export interface LinkAccountsInput {
  readonly target: Target;
  /** Any text. */
  readonly recipeUserId: string;
  /** Any text; any id of the primary user will do. */
  readonly primaryUserId: string;
  /** Answers what would happen, by the same decision, and leaves everything as it is. */
  readonly onlyCheck: boolean;
}

interface Linked {
  readonly result: LinkResult | BadInput;
  /** The login method that is linked now and was not before. */
  readonly newlyLinked: string | undefined;
}

/** Links a login method to a primary user; its own sessions end (32-users.md 8.4, 8.5). */
export const linkAccounts = command<LinkAccountsInput, LinkResult | BadInput>(
  'LinkAccounts',
  async (context, input) => {
    const { result, newlyLinked } = await linkOrCheck(context, input);
    if (newlyLinked !== undefined) await revokeSessionsOfUser(context, ending(input.target, newlyLinked));
    return result;
  },
);

function ending({ appKey }: Target, userId: string): UserRevocation {
  return { appKey, userId, reason: 'account-linked' };
}

function linkOrCheck(context: CommandContext, input: LinkAccountsInput): Promise<Linked> {
  const { target, onlyCheck } = input;
  const { appKey } = target;
  return context.transact(async (tx) => {
    const user = await findUser(tx, appKey, input.recipeUserId);
    const primary = user && (await findUser(tx, appKey, input.primaryUserId));
    if (!user || !primary) return { result: UNKNOWN_USER, newlyLinked: undefined };
    const primaryUserId = primaryUserIdOf(primary);
    const before = linkObstacle(user, primaryUserId) ? undefined : await groupOf(tx, target, primary);
    const member = before && (await memberOf(tx, target, user));
    const after = before && member && withMember(before, member);
    const at = context.now();
    const reservations = await planReservations(tx, appKey, before, after, at);
    if (reservations.isTooLarge) return { result: tooLarge(), newlyLinked: undefined };
    const decision = link(user, primaryUserId, reservations.conflict, at);
    const isNew = !onlyCheck && decision.recipeUser.length > 0 && primaryUserId !== undefined;
    if (isNew) {
      tx.append(User, userStream(appKey, user.userId), decision.recipeUser);
      tx.append(User, userStream(appKey, primaryUserId), decision.primaryUser);
      reservations.apply();
      await revokeSessionsWith(tx, context, ending(target, user.userId));
    }
    const result = await withEffectiveId(tx, appKey, decision.result);
    return { result, newlyLinked: isNew ? user.userId : undefined };
  });
}
