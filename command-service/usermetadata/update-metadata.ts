import type { JsonText } from '../../domain/json/raw-json.js';
import { updateMetadata as decideUpdate } from '../../domain/usermetadata/decide.js';
import { EMPTY_METADATA } from '../../domain/usermetadata/merge.js';
import { UserMetadata, userMetadataStream } from '../../domain/usermetadata/user-metadata.js';
import { command } from '../command.js';

export interface UpdateUserMetadataInput {
  readonly appKey: string;
  /** Any text. */
  readonly userId: string;
  /** The text of an object without whitespace between its tokens. */
  readonly update: JsonText;
}

/** Merges an update into what is kept of a user id, and answers with the whole (31-metadata-roles.md A2). */
export const updateUserMetadata = command<UpdateUserMetadataInput, JsonText>('UpdateUserMetadata', (context, input) =>
  context.transact(async (tx) => {
    const stream = userMetadataStream(input.appKey, input.userId);
    const update = { ...input, newKeyName: context.uuid() };
    const decision = decideUpdate(await tx.load(UserMetadata, stream), update, context.now());
    tx.append(UserMetadata, stream, decision.events);
    const { record } = await tx.load(UserMetadata, stream);
    return record?.metadata ?? EMPTY_METADATA;
  }),
);
