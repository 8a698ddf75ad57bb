import { accept, type Decision, unchanged } from '../event.js';
import type { JsonText } from '../json/raw-json.js';
import { changesNothing } from './merge.js';
import {
  UserMetadataCleared,
  type UserMetadataEvent,
  UserMetadataMerged,
  type UserMetadataState,
} from './user-metadata.js';

export interface MetadataUpdate {
  readonly appKey: string;
  readonly userId: string;
  /** The text of an object without whitespace between its tokens. */
  readonly update: JsonText;
  /** Names the key of the record if there is none yet: random, never used before. */
  readonly newKeyName: string;
}

/** Merges an update; makes the record if there is none, also of nothing (31-metadata-roles.md A2, W8). */
export function updateMetadata(
  { record }: UserMetadataState,
  { appKey, userId, update, newKeyName }: MetadataUpdate,
  at: number,
): Decision<undefined, UserMetadataEvent> {
  if (record && changesNothing(record.metadata, update)) return unchanged(undefined);
  const keyName = record?.keyName ?? newKeyName;
  return accept(undefined, UserMetadataMerged({ app: appKey, keyName, userId, update, at }));
}

/** Removes the record, if there is one, for good: what it held can't be read from the log any more. */
export function clearMetadata(
  { record }: UserMetadataState,
  cause: 'removed' | 'user-deleted',
  at: number,
): Decision<undefined, UserMetadataEvent> {
  if (!record) return unchanged(undefined);
  const { appKey, keyName } = record;
  return accept(undefined, UserMetadataCleared({ app: appKey, keyName, cause, at }));
}
