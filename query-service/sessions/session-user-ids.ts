import type { OwnerFacts } from '../../domain/session/owner.js';
import { isUserId } from '../../domain/user/user.js';
import type { QueryDeps } from '../query.js';
import { mappingOf, userOfExternalId } from '../useridmapping/user-id-mapping.js';

/** What the directory knows of the id that a session is stored under (20-session.md 7). */
export async function sessionUserIds(deps: QueryDeps, appKey: string, userId: string): Promise<OwnerFacts> {
  const mappedTo = await userOfExternalId(deps, appKey, userId);
  const own = mappedTo ?? userId;
  const primaryUserId = await userOfLogin(deps, appKey, own);
  const externalIdOf = async (id: string) => (await mappingOf(deps, appKey, id))?.externalUserId;
  return {
    mappedTo,
    externalId: await externalIdOf(own),
    primaryUserId,
    primaryExternalId:
      primaryUserId === undefined || primaryUserId === own ? undefined : await externalIdOf(primaryUserId),
  };
}

/**
 * The ids under which sessions of a user may be stored: of this login method, or of all that are linked to it, by both
 * of its ids (20-session.md 16, W9).
 */
export async function idsOfSessionUser(
  deps: QueryDeps,
  appKey: string,
  userId: string,
  withLinked: boolean,
): Promise<readonly string[]> {
  const own = (await userOfExternalId(deps, appKey, userId)) ?? userId;
  const logins = new Set([own, ...(withLinked ? await loginsOf(deps, appKey, own) : [])]);
  const ids = new Set([userId]);
  for (const login of logins) {
    const mapping = await mappingOf(deps, appKey, login);
    ids.add(login);
    if (mapping) ids.add(mapping.externalUserId);
  }
  return [...ids];
}

/** The user that a login method belongs to: the primary user, or itself while it is unlinked. */
async function userOfLogin({ directory }: QueryDeps, appKey: string, userId: string): Promise<string | undefined> {
  if (!isUserId(userId)) return undefined;
  const row = await directory
    .selectFrom('login_methods')
    .select('user_id')
    .where('app_key', '=', appKey)
    .where('recipe_user_id', '=', userId)
    .executeTakeFirst();
  return row?.user_id;
}

/** The user that a login method belongs to, and all login methods of it. */
async function loginsOf(deps: QueryDeps, appKey: string, userId: string): Promise<readonly string[]> {
  const primaryUserId = (await userOfLogin(deps, appKey, userId)) ?? userId;
  const rows = await deps.directory
    .selectFrom('login_methods')
    .select('recipe_user_id')
    .where('app_key', '=', appKey)
    .where('user_id', '=', primaryUserId)
    .execute();
  return [primaryUserId, ...rows.map((row) => row.recipe_user_id)];
}
