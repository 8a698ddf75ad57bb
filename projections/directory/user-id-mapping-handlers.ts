import type { Transaction } from 'kysely';
import { ExternalUserIdInfoChanged, UserIdMapped, UserIdUnmapped } from '../../domain/useridmapping/events.js';
import { on } from '../runner/view.js';
import type { DirectoryTables } from './tables.js';

type Tx = Transaction<DirectoryTables>;

/** Forgets the external id of a login method. */
export async function dropMapping(tx: Tx, app: string, userId: string): Promise<void> {
  await tx.deleteFrom('user_id_mappings').where('app_key', '=', app).where('user_id', '=', userId).execute();
}

/** The external ids of login methods. */
export const userIdMappingHandlers = [
  on(UserIdMapped, async (tx: Tx, { app, userId, externalUserId, info }, event) => {
    if (event.erased || externalUserId === null) return;
    const mapped = { external_user_id: externalUserId, info };
    await tx
      .insertInto('user_id_mappings')
      .values({ app_key: app, user_id: userId, ...mapped })
      .onConflict((conflict) => conflict.columns(['app_key', 'user_id']).doUpdateSet(mapped))
      .execute();
  }),
  on(ExternalUserIdInfoChanged, async (tx: Tx, { app, userId, info }, event) => {
    if (event.erased) return;
    await tx
      .updateTable('user_id_mappings')
      .set({ info })
      .where('app_key', '=', app)
      .where('user_id', '=', userId)
      .execute();
  }),
  on(UserIdUnmapped, (tx: Tx, { app, userId }) => dropMapping(tx, app, userId)),
];
