import { accept, type Decision, unchanged } from '../event.js';
import type { UserState } from '../user/user.js';
import { type AccountInfoTaken, accountInfoTaken, type Refused } from './answers.js';
import { type LinkingEvent, UserMadePrimary } from './events.js';
import type { Conflict } from './reservations.js';

export type MakePrimaryResult =
  | { readonly status: 'OK'; readonly wasAlreadyAPrimaryUser: boolean }
  | Refused<'RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR'>
  | AccountInfoTaken;

/**
 * Makes an unlinked user a primary one (32-users.md 8.2, 8.3).
 *
 * @param conflict with another primary user, if the login method's account infos were reserved for a primary user
 */
export function makePrimary(
  user: UserState,
  conflict: Conflict | undefined,
  at: number,
): Decision<MakePrimaryResult, LinkingEvent> {
  const { appKey: app, userId, linking } = user;
  switch (linking.kind) {
    case 'primary':
      return unchanged({ status: 'OK', wasAlreadyAPrimaryUser: true });
    case 'linked':
      return unchanged({
        status: 'RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR',
        primaryUserId: linking.primaryUserId,
        description: 'This user ID is already linked to another user ID',
      });
    case 'unlinked':
      if (conflict) return unchanged(accountInfoTaken(conflict));
      return accept<MakePrimaryResult, LinkingEvent>(
        { status: 'OK', wasAlreadyAPrimaryUser: false },
        UserMadePrimary({ app, userId, at }),
      );
  }
}
