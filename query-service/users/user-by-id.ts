import { isUserId } from '../../domain/user/user.js';
import { type QueryDeps, query } from '../query.js';
import { userOfExternalId } from '../useridmapping/user-id-mapping.js';
import { foldUser } from './fold-user.js';
import { loadUser } from './load-users.js';
import type { UserRecord } from './user-record.js';

export interface UserByIdInput {
  readonly appKey: string;
  /** A SuperTokens id or an external id; any text. The former wins (32-users.md 2, W10). */
  readonly userId: string;
}

/**
 * The user that an id stands for, or null (32-users.md 3.1). While the directory is known to be behind, the user's own
 * stream answers, so that what was acknowledged is seen (design.md, "One write, from HTTP to answer", step 4).
 */
export const userById = query<UserByIdInput, UserRecord | null>('UserById', async (deps, { appKey, userId }) => {
  const user = await userOfId(deps, appKey, userId);
  if (user) return user;
  const mappedTo = await userOfExternalId(deps, appKey, userId);
  return (mappedTo !== undefined && (await userOfId(deps, appKey, mappedTo))) || null;
});

async function userOfId(deps: QueryDeps, appKey: string, userId: string): Promise<UserRecord | undefined> {
  if (!isUserId(userId)) return undefined;
  return deps.progress.isBehind('directory')
    ? foldUser(deps, appKey, userId)
    : loadUser(deps.directory, appKey, userId);
}
