import type { Group } from '../../domain/accountlinking/group.js';
import { makePrimary as decide, type MakePrimaryResult } from '../../domain/accountlinking/make-primary.js';
import type { BadInput } from '../../domain/tenancy/result.js';
import { User, type UserState, userStream } from '../../domain/user/user.js';
import { command, type Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { findUser, memberOf } from './groups.js';
import { planReservations } from './plan-reservations.js';
import { tooLarge, UNKNOWN_USER, withEffectiveId } from './refusals.js';

export interface MakePrimaryInput {
  readonly target: Target;
  /** Any text. */
  readonly recipeUserId: string;
  /** Answers what would happen, by the same decision, and leaves everything as it is. */
  readonly onlyCheck: boolean;
}

/** Makes an unlinked user a primary one (32-users.md 8.2, 8.3). */
export const makePrimary = command<MakePrimaryInput, MakePrimaryResult | BadInput>(
  'MakePrimary',
  (context, { target, recipeUserId, onlyCheck }) =>
    context.transact(async (tx) => {
      const user = await findUser(tx, target.appKey, recipeUserId);
      if (!user) return UNKNOWN_USER;
      const group = await groupToBe(tx, target, user);
      const at = context.now();
      const reservations = await planReservations(tx, target.appKey, undefined, group, at);
      if (reservations.isTooLarge) return tooLarge();
      const { result, events } = decide(user, reservations.conflict, at);
      if (!onlyCheck && events.length > 0) {
        tx.append(User, userStream(target.appKey, user.userId), events);
        reservations.apply();
      }
      return withEffectiveId(tx, target.appKey, result);
    }),
);

async function groupToBe(tx: Tx, target: Target, user: UserState): Promise<Group | undefined> {
  const member = user.linking.kind === 'unlinked' ? await memberOf(tx, target, user) : undefined;
  return member && { primaryUserId: user.userId, members: [member] };
}
