import type { JsonText } from '../../domain/json/raw-json.js';
import { EMPTY_METADATA } from '../../domain/usermetadata/merge.js';
import { UserMetadata, userMetadataStream } from '../../domain/usermetadata/user-metadata.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { preparedOn } from '../../projections/sql/prepared.js';
import { foldStream } from '../fold-stream.js';
import { query } from '../query.js';

type Row = DirectoryTables['user_metadata'];

export interface MetadataOfUserInput {
  readonly appKey: string;
  /** Any text. */
  readonly userId: string;
}

const byUserId = preparedOn<DirectoryTables, Pick<Row, 'app_key' | 'user_id'>, Pick<Row, 'metadata'>>((db, key) =>
  db
    .selectFrom('user_metadata')
    .select('metadata')
    .where('app_key', '=', key.app_key)
    .where('user_id', '=', key.user_id),
);

/**
 * What is kept of a user id, an empty object if nothing is (31-metadata-roles.md A2). While the directory is known to be
 * behind, the id's own stream answers.
 */
export const metadataOfUser = query<MetadataOfUserInput, JsonText>(
  'MetadataOfUser',
  async ({ directory, progress, store }, { appKey, userId }) => {
    if (progress.isBehind('directory')) {
      const { record } = await foldStream(store, UserMetadata, userMetadataStream(appKey, userId));
      return record?.metadata ?? EMPTY_METADATA;
    }
    const { rows } = await directory.executeQuery(byUserId(directory, { app_key: appKey, user_id: userId }));
    return (rows[0]?.metadata as JsonText | undefined) ?? EMPTY_METADATA;
  },
);
