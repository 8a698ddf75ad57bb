import type { RecipeId } from '../../domain/identity/identity.js';
import type { ThirdPartyAccount } from '../../domain/user/login-method.js';

/** A login method as the directory shows it. */
export interface LoginMethodRecord {
  /** The id that clients know it by: the external one, else its SuperTokens id. */
  readonly recipeUserId: string;
  readonly superTokensUserId: string;
  readonly recipeId: RecipeId;
  /** In order of association. */
  readonly tenantIds: readonly string[];
  readonly verified: boolean;
  /** ms since the epoch. */
  readonly timeJoined: number;
  readonly email?: string;
  readonly phoneNumber?: string;
  readonly thirdParty?: ThirdPartyAccount;
}

/** A user as the directory shows it: one unlinked login method, or a primary user with all of its own. */
export interface UserRecord {
  /** The id that clients know the user by: the external one of the primary id, else the SuperTokens id. */
  readonly id: string;
  readonly superTokensUserId: string;
  readonly isPrimaryUser: boolean;
  /** Ascending by time joined. */
  readonly loginMethods: readonly LoginMethodRecord[];
}

/** When the user joined: with its oldest login method. In ms since the epoch. */
export function timeJoined(user: UserRecord): number {
  return Math.min(...user.loginMethods.map((method) => method.timeJoined));
}
