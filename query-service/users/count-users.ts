import type { RecipeId } from '../../domain/identity/identity.js';
import { recipeSet, WHOLE_APP } from '../../projections/directory/user-counts.js';
import { query } from '../query.js';

export interface CountUsersInput {
  readonly appKey: string;
  /** Null: all users of the app that have a login method, those in no tenant included (32-users.md W13). */
  readonly tenantKey: string | null;
  /** Null: of every recipe. */
  readonly recipes: readonly RecipeId[] | null;
}

/** How many users there are, each primary user once (32-users.md 3.4). Exact. */
export const countUsers = query<CountUsersInput, number>(
  'CountUsers',
  async ({ directory }, { appKey, tenantKey, recipes }) => {
    const counts = await directory
      .selectFrom('user_counts')
      .select(['recipes', 'users'])
      .where('app_key', '=', appKey)
      .where('tenant_key', '=', tenantKey ?? WHOLE_APP)
      .execute();
    const wanted = recipes && recipeSet(recipes);
    return counts
      .filter((count) => wanted === null || (count.recipes & wanted) !== 0)
      .reduce((sum, count) => sum + count.users, 0);
  },
);
