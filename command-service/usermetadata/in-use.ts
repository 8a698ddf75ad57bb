import { UserMetadata, userMetadataStream } from '../../domain/usermetadata/user-metadata.js';
import type { Tx } from '../unit-of-work.js';

/** Whether a record is kept of the user id, an empty one included (32-users.md 7.2 step 4). */
export async function isUsedByUserMetadata(tx: Tx, appKey: string, userId: string): Promise<boolean> {
  const { record } = await tx.load(UserMetadata, userMetadataStream(appKey, userId));
  return record !== undefined;
}
