import type { RecipeId } from '../../domain/identity/identity.js';

/** A login method as the directory shows it. */
export interface LoginMethodRecord {
  readonly recipeUserId: string;
  readonly recipeId: RecipeId;
  /** In order of association. */
  readonly tenantIds: readonly string[];
  readonly verified: boolean;
  /** ms since the epoch. */
  readonly timeJoined: number;
  readonly email?: string;
}

/** A user as the directory shows it: one unlinked login method, or a primary user with all of its own. */
export interface UserRecord {
  readonly id: string;
  readonly isPrimaryUser: boolean;
  /** Ascending by time joined. */
  readonly loginMethods: readonly LoginMethodRecord[];
}

/** When the user joined: with its oldest login method. In ms since the epoch. */
export function timeJoined(user: UserRecord): number {
  return Math.min(...user.loginMethods.map((method) => method.timeJoined));
}
