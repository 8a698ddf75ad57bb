import { normaliseEmail } from '../../domain/emailpassword/email.js';
import type { RecipeId } from '../../domain/identity/identity.js';
import { query } from '../query.js';
import { loadUser } from './load-users.js';
import type { UserRecord } from './user-record.js';

export interface UserByEmailInput {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly recipe: RecipeId;
  /** In any form. */
  readonly email: string;
}

/** The whole user with a login method of a recipe that has this email, in this very tenant (30-emailpassword.md 2.3). */
export const userByEmail = query<UserByEmailInput, UserRecord | null>(
  'UserByEmail',
  async ({ directory }, { appKey, tenantKey, recipe, email }) => {
    const holder = await directory
      .selectFrom('memberships')
      .select('user_id')
      .where('app_key', '=', appKey)
      .where('tenant_key', '=', tenantKey)
      .where('email', '=', normaliseEmail(email))
      .where('recipe', '=', recipe)
      .executeTakeFirst();
    return (holder && (await loadUser(directory, appKey, holder.user_id))) ?? null;
  },
);
