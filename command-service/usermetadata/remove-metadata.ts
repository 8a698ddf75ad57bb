import { command } from '../command.js';
import { clearUserMetadata } from './clear-metadata.js';

export interface RemoveUserMetadataInput {
  readonly appKey: string;
  /** Any text; nothing happens if nothing is kept of it. */
  readonly userId: string;
}

/** Removes what is kept of a user id (31-metadata-roles.md A2). */
export const removeUserMetadata = command<RemoveUserMetadataInput, { readonly status: 'OK' }>(
  'RemoveUserMetadata',
  (context, input) =>
    context.transact(async (tx) => {
      await clearUserMetadata(tx, { ...input, cause: 'removed', at: context.now() });
      return { status: 'OK' };
    }),
);
