import type { RecipeId } from '../../domain/identity/identity.js';
import type { AccountInfo } from '../../domain/user/login-method.js';
import { query } from '../query.js';
import { infoColumn } from './info-columns.js';
import { loadUser } from './load-users.js';
import type { UserRecord } from './user-record.js';

export interface UserByAccountInfoInput {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly recipe: RecipeId;
  /** Normalised. */
  readonly info: AccountInfo;
}

/** The whole user with a login method of a recipe that claims this account info in this very tenant. */
export const userByAccountInfo = query<UserByAccountInfoInput, UserRecord | null>(
  'UserByAccountInfo',
  async ({ directory }, { appKey, tenantKey, recipe, info }) => {
    const holder = await directory
      .selectFrom('memberships')
      .select('user_id')
      .where('app_key', '=', appKey)
      .where('tenant_key', '=', tenantKey)
      .where(infoColumn[info.kind], '=', info.value)
      .where('recipe', '=', recipe)
      .executeTakeFirst();
    return (holder && (await loadUser(directory, appKey, holder.user_id))) ?? null;
  },
);
