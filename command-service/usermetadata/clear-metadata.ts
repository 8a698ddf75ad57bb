import { clearMetadata } from '../../domain/usermetadata/decide.js';
import { UserMetadata, userMetadataStream } from '../../domain/usermetadata/user-metadata.js';
import type { Tx } from '../unit-of-work.js';

export interface ClearUserMetadata {
  readonly appKey: string;
  /** The id as callers send it: of a user who is deleted, the effective id (32-users.md 6.1). */
  readonly userId: string;
  readonly cause: 'removed' | 'user-deleted';
  /** ms since the epoch. */
  readonly at: number;
}

/** Removes what is kept of a user id, as part of a transaction. Nothing to do if nothing is kept. */
export async function clearUserMetadata(tx: Tx, { appKey, userId, cause, at }: ClearUserMetadata): Promise<void> {
  const stream = userMetadataStream(appKey, userId);
  const decision = clearMetadata(await tx.load(UserMetadata, stream), cause, at);
  tx.append(UserMetadata, stream, decision.events);
}
