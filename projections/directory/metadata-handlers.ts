import type { Transaction } from 'kysely';
import type { JsonText } from '../../domain/json/raw-json.js';
import { EMPTY_METADATA, merge } from '../../domain/usermetadata/merge.js';
import { UserMetadataCleared, UserMetadataMerged } from '../../domain/usermetadata/user-metadata.js';
import { on } from '../runner/view.js';
import { everyColumn, execute, preparedOn } from '../sql/prepared.js';
import { type DirectoryTables, directoryShapes } from './tables.js';

type Tx = Transaction<DirectoryTables>;
type Row = DirectoryTables['user_metadata'];

const find = preparedOn<DirectoryTables, Pick<Row, 'app_key' | 'user_id'>, Pick<Row, 'metadata'>>((db, key) =>
  db
    .selectFrom('user_metadata')
    .select('metadata')
    .where('app_key', '=', key.app_key)
    .where('user_id', '=', key.user_id),
);

const upsert = preparedOn<DirectoryTables, Row, unknown>((db, row) =>
  db
    .insertInto('user_metadata')
    .values(everyColumn(row, directoryShapes.user_metadata))
    .onConflict((conflict) =>
      conflict.columns(['app_key', 'user_id']).doUpdateSet({ key_name: row.key_name, metadata: row.metadata }),
    ),
);

/** What is kept of user ids. What was sealed under a key that is gone leaves no row, whenever it is read. */
export const metadataHandlers = [
  on(UserMetadataMerged, async (tx: Tx, { app, keyName, userId, update }, event) => {
    if (event.erased) return;
    const key = { app_key: app, user_id: userId };
    const [known] = (await tx.executeQuery(find(tx, key))).rows;
    const metadata = merge((known?.metadata as JsonText | undefined) ?? EMPTY_METADATA, update as JsonText);
    await execute(tx, upsert(tx, { ...key, key_name: keyName, metadata }));
  }),
  on(UserMetadataCleared, async (tx: Tx, { app, keyName }) => {
    await tx.deleteFrom('user_metadata').where('app_key', '=', app).where('key_name', '=', keyName).execute();
  }),
];
