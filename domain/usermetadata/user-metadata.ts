import { z } from 'zod';
import { type Aggregate, defineEvent, type EventOf, personal, type StreamId } from '../event.js';
import type { JsonText } from '../json/raw-json.js';
import { userSubject } from '../user/user.js';
import { EMPTY_METADATA, merge } from './merge.js';

/**
 * What every event says. Each record is sealed under a key of its own, which has a random name: it is not the key of the
 * user, because the data belong to the id as callers send it, and go when they are removed or when the user goes whose
 * effective id it is (31-metadata-roles.md A1, case 11).
 */
const record = { app: z.string(), keyName: z.string(), at: z.number() };

/**
 * Members of an update were merged into what is kept of a user id (31-metadata-roles.md A1). `update` is the text of an
 * object; its members that are null are taken away. The first one makes the record, also when it is empty, and names
 * the key that seals it.
 */
export const UserMetadataMerged = defineEvent('UserMetadataMerged', {
  ...record,
  userId: personal(z.string(), ''),
  update: personal(z.string(), '{}'),
});

/** The record is gone. Destroys the key of everything that was in it. */
export const UserMetadataCleared = defineEvent('UserMetadataCleared', {
  ...record,
  cause: z.enum(['removed', 'user-deleted']),
});

export type UserMetadataEvent = EventOf<typeof UserMetadataMerged> | EventOf<typeof UserMetadataCleared>;

/** What is kept of one user id. */
export interface UserMetadataState {
  readonly record: { readonly appKey: string; readonly keyName: string; readonly metadata: JsonText } | undefined;
}

/** The stream of one user id, which may be any text, in one app. */
export function userMetadataStream(appKey: string, userId: string): StreamId {
  return { category: 'usermetadata', path: [appKey], hashed: [userId] };
}

export const UserMetadata: Aggregate<UserMetadataState, UserMetadataEvent> = {
  category: 'usermetadata',
  events: [UserMetadataMerged, UserMetadataCleared],
  initial: { record: undefined },
  evolve(state, event) {
    if (event.type === 'UserMetadataCleared') return { record: undefined };
    const { app, keyName, update } = event.data;
    const metadata = merge(state.record?.metadata ?? EMPTY_METADATA, update as JsonText);
    return { record: { appKey: app, keyName, metadata } };
  },
  subject: ({ record: kept }) => kept && userSubject(kept.appKey, kept.keyName),
};
