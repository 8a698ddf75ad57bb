import { MAX_GROUP_SIZE } from '../../domain/accountlinking/group.js';
import { type BadInput, badInput } from '../../domain/tenancy/result.js';
import type { Tx } from '../unit-of-work.js';
import { effectiveId } from '../useridmapping/resolve-user-id.js';

/** The id stands for nobody (32-users.md 8.1). */
export const UNKNOWN_USER = badInput('Unknown user ID provided');

/** A limit of our own. */
export function tooLarge(): BadInput {
  return badInput(`The user would have too many tenants and login methods: more than ${MAX_GROUP_SIZE} in combination`);
}

/** The answer with the id that clients know the primary user by. */
export async function withEffectiveId<R extends object>(tx: Tx, appKey: string, result: R): Promise<R> {
  if (!('primaryUserId' in result) || typeof result.primaryUserId !== 'string') return result;
  return { ...result, primaryUserId: await effectiveId(tx, appKey, result.primaryUserId) };
}
