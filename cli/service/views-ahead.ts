import type { Kysely } from 'kysely';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import type { EventLog } from '../../infra/ports/event-log.js';
import type { Logger } from '../../infra/ports/logger.js';
import { whileBusy } from '../../infra/sql/busy.js';
import { type BookkeepingTables, storedCheckpoint } from '../../infra/sql/view-target.js';
import { createTables } from '../../projections/sql/table-shape.js';
import { type SqlView, sqlViewsIn, storageOf } from './sql-views.js';

/**
 * Empties the views that have followed the log further than it goes: the log was replaced by an older one, which gives
 * the same positions out again. They are then built anew. To be called before projections start.
 */
export async function emptyViewsAhead(
  log: Pick<EventLog, 'head'>,
  settings: AnnalsSettings,
  logger: Logger,
): Promise<void> {
  for (const sqlView of sqlViewsIn(settings)) {
    const db = storageOf(sqlView, settings).writer<BookkeepingTables>();
    try {
      const { name } = sqlView.view;
      // In this order: another process may be following the log.
      const checkpoint = await storedCheckpoint(db, name);
      const head = await log.head();
      if (checkpoint <= head) continue;
      logger.warn(
        { view: name, checkpoint: String(checkpoint), head: String(head) },
        'the view is ahead of the event log, which must have been restored from a backup: building it anew',
      );
      await whileBusy(() => empty(db, sqlView));
    } finally {
      await db.destroy();
    }
  }
}

async function empty(db: Kysely<BookkeepingTables>, { view, shapes }: SqlView): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const table of Object.keys(shapes)) await transaction.schema.dropTable(table).ifExists().execute();
    for (const table of ['checkpoints', 'parked_streams'] as const)
      await transaction.deleteFrom(table).where('view', '=', view.name).execute();
    await createTables(transaction, shapes, '');
  });
}
