import type { Kysely } from 'kysely';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { whileBusy } from '../../infra/sql/busy.js';
import { type BookkeepingTables, createBookkeeping, storedVersion } from '../../infra/sql/view-target.js';
import { createTables } from '../../projections/sql/table-shape.js';
import { type SqlView, storageOf } from './sql-views.js';

/** A view's database: one handle that writes, and one for reading beside it. */
export interface ViewDatabase<Tables> {
  readonly writer: Kysely<Tables & BookkeepingTables>;
  readonly reader: Kysely<Tables & BookkeepingTables>;
  /** Overwrites what erased rows left behind, where the engine can be told to. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a view where the settings have it. A view that was never built gets its tables. */
export async function openViewDatabase<Tables>(
  sqlView: SqlView,
  settings: AnnalsSettings,
): Promise<ViewDatabase<Tables>> {
  const storage = storageOf(sqlView, settings);
  const writer = storage.writer<BookkeepingTables>();
  try {
    await whileBusy(() => writer.transaction().execute((books) => makeTables(books, sqlView)));
  } catch (error) {
    await writer.destroy();
    throw error;
  }
  const reader = storage.reader<Tables & BookkeepingTables>();
  return {
    writer: writer as unknown as Kysely<Tables & BookkeepingTables>,
    reader,
    scrub: () => storage.scrub(writer),
    async close() {
      await reader.destroy();
      await writer.destroy();
    },
  };
}

async function makeTables(books: Kysely<BookkeepingTables>, { view, shapes }: SqlView): Promise<void> {
  await createBookkeeping(books);
  // Whatever is missing of a view that was built once has to be filled, too: that is a rebuild.
  if ((await storedVersion(books, view.name)) === undefined) await createTables(books, shapes, '');
}
