import { primaryUserIdOf, type UserState } from '../user/user.js';
import { type AccountInfoTaken, accountInfoTaken, type Refused } from './answers.js';
import { LinkedToPrimary, type LinkingEvent, LoginMethodLinked } from './events.js';
import type { Conflict } from './reservations.js';

export type LinkResult =
  | { readonly status: 'OK'; readonly accountsAlreadyLinked: boolean }
  | { readonly status: 'INPUT_USER_IS_NOT_A_PRIMARY_USER' }
  | Refused<'RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR'>
  | AccountInfoTaken;

/** A decision over the streams of a login method and of a primary user. */
export interface LinkDecision<R> {
  readonly result: R;
  readonly recipeUser: readonly LinkingEvent[];
  readonly primaryUser: readonly LinkingEvent[];
}

/** What stands against a link before any account info is looked at, or the answer that it is there already. */
export function linkObstacle(user: UserState, primaryUserId: string | undefined): LinkResult | undefined {
  const present = primaryUserIdOf(user);
  if (primaryUserId === undefined) return { status: 'INPUT_USER_IS_NOT_A_PRIMARY_USER' };
  if (present === primaryUserId) return { status: 'OK', accountsAlreadyLinked: true };
  if (present === undefined) return undefined;
  return {
    status: 'RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR',
    primaryUserId: present,
    description: 'The input recipe user ID is already linked to another user ID',
  };
}

/**
 * Links a login method to a primary user; the first rule that is broken is told (32-users.md 8.4, 8.5).
 *
 * @param primaryUserId undefined if the id that was given is that of an unlinked user
 * @param conflict with another primary user, if the account infos and tenants of both were united
 */
export function link(
  user: UserState,
  primaryUserId: string | undefined,
  conflict: Conflict | undefined,
  at: number,
): LinkDecision<LinkResult> {
  const obstacle = linkObstacle(user, primaryUserId);
  if (obstacle || primaryUserId === undefined)
    return nothing(obstacle ?? { status: 'INPUT_USER_IS_NOT_A_PRIMARY_USER' });
  if (conflict) return nothing(accountInfoTaken(conflict));
  const { appKey: app, userId } = user;
  return {
    result: { status: 'OK', accountsAlreadyLinked: false },
    recipeUser: [LinkedToPrimary({ app, userId, primaryUserId, at })],
    primaryUser: [LoginMethodLinked({ app, userId: primaryUserId, recipeUserId: userId, at })],
  };
}

function nothing<R>(result: R): LinkDecision<R> {
  return { result, recipeUser: [], primaryUser: [] };
}
