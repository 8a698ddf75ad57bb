import { endMapping } from '../../domain/useridmapping/decide.js';
import { forgetEmailVerification } from '../emailverification/email-verification.js';
import type { Tx } from '../unit-of-work.js';
import { clearUserMetadata } from '../usermetadata/clear-metadata.js';
import { eraseRolesOfUser } from '../userroles/roles-of-user.js';
import { appendUnmapping } from './remove-user-id-mapping.js';
import { isAuthId, mappingOf, userOfExternalId } from './resolve-user-id.js';

/**
 * The id under which the other recipes keep the data of a login method that is about to be deleted, and which goes with
 * it: its effective id. Undefined where that id is shared with another user by a forced mapping: then the data stay
 * (32-users.md 6.1, "Shadow mapping"). To be asked before the login method and its mapping are gone.
 */
export async function ownedDataId(tx: Tx, appKey: string, userId: string): Promise<string | undefined> {
  const { mapping } = await mappingOf(tx, appKey, userId);
  if (mapping) {
    const { externalUserId } = mapping;
    const isShared = externalUserId !== userId && (await isAuthId(tx, appKey, externalUserId));
    return isShared ? undefined : externalUserId;
  }
  return (await userOfExternalId(tx, appKey, userId)) === undefined ? userId : undefined;
}

/**
 * Ends the mapping of a login method that is deleted in the same append, and drops what the other recipes keep under its
 * effective id. Sessions are not among it: they have streams of their own.
 *
 * @param at ms since the epoch
 */
export async function deleteUserData(tx: Tx, appKey: string, userId: string, at: number): Promise<void> {
  const dataId = await ownedDataId(tx, appKey, userId);
  const own = await mappingOf(tx, appKey, userId);
  await appendUnmapping(tx, own, endMapping(own, 'user-deleted', at));
  if (dataId === undefined) return;
  await forgetEmailVerification(tx, appKey, dataId, at);
  await clearUserMetadata(tx, { appKey, userId: dataId, cause: 'user-deleted', at });
  await eraseRolesOfUser(tx, { appKey, userId: dataId, at });
}
