import { isUserId } from '../../domain/user/user.js';
import { query } from '../query.js';
import { foldUser } from './fold-user.js';
import { loadUser } from './load-users.js';
import type { UserRecord } from './user-record.js';

export interface UserByIdInput {
  readonly appKey: string;
  readonly userId: string;
}

/**
 * The user that an id stands for, or null (32-users.md 3.1). While the directory is known to be behind, the user's own
 * stream answers, so that what was acknowledged is seen (design.md, "One write, from HTTP to answer", step 4).
 */
export const userById = query<UserByIdInput, UserRecord | null>('UserById', async (deps, { appKey, userId }) => {
  if (!isUserId(userId)) return null;
  const user = deps.progress.isBehind('directory')
    ? await foldUser(deps, appKey, userId)
    : await loadUser(deps.directory, appKey, userId);
  return user ?? null;
});
