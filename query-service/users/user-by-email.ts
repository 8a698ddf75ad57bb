import { normaliseEmail } from '../../domain/emailpassword/email.js';
import type { RecipeId } from '../../domain/identity/identity.js';
import { query } from '../query.js';
import { userByAccountInfo } from './user-by-account-info.js';
import type { UserRecord } from './user-record.js';

export interface UserByEmailInput {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly recipe: RecipeId;
  /** In any form. */
  readonly email: string;
}

/** The whole user with a login method of a recipe that has this email, in this very tenant (30-emailpassword.md 2.3). */
export const userByEmail = query<UserByEmailInput, UserRecord | null>('UserByEmail', (deps, { email, ...rest }) =>
  userByAccountInfo.answer(deps, { ...rest, info: { kind: 'email', value: normaliseEmail(email) } }),
);
