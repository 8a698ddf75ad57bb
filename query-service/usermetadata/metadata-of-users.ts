import type { JsonText } from '../../domain/json/raw-json.js';
import { query } from '../query.js';

export interface MetadataOfUsersInput {
  readonly appKey: string;
  /** At most some hundreds. */
  readonly userIds: readonly string[];
}

/** What is kept of each of the user ids, in their order; null if there is no record (31-metadata-roles.md A2). */
export const metadataOfUsers = query<MetadataOfUsersInput, readonly (JsonText | null)[]>(
  'MetadataOfUsers',
  async ({ directory }, { appKey, userIds }) => {
    const rows = await directory
      .selectFrom('user_metadata')
      .select(['user_id', 'metadata'])
      .where('app_key', '=', appKey)
      .where('user_id', 'in', [...new Set(userIds)])
      .execute();
    const byUserId = new Map(rows.map((row) => [row.user_id, row.metadata as JsonText]));
    return userIds.map((userId) => byUserId.get(userId) ?? null);
  },
);
