import { isUserId } from '../../domain/user/user.js';
import { query } from '../query.js';
import { loadUser } from './load-users.js';
import type { UserRecord } from './user-record.js';

export interface UserByIdInput {
  readonly appKey: string;
  readonly userId: string;
}

/** The user that an id stands for, or null (32-users.md 3.1). */
export const userById = query<UserByIdInput, UserRecord | null>('UserById', async (deps, { appKey, userId }) => {
  if (!isUserId(userId)) return null;
  return (await loadUser(deps.directory, appKey, userId)) ?? null;
});
