import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../../infra/sql/exclusive-lock.js';
import { openSqlite } from '../../infra/sql/sqlite-database.js';
import {
  type BookkeepingTables,
  createBookkeeping,
  storedCheckpoint,
  storedVersion,
} from '../../infra/sql/view-target.js';
import { createTables, tablesFit } from '../../projections/sql/table-shape.js';
import { type Comparison, compareWithLive } from './compare.js';
import { type ViewWork, viewCopy } from './work.js';

export type Verified =
  | { readonly status: 'OK'; readonly comparison: Comparison }
  /** The live view was built by another version, or never. */
  | { readonly status: 'OUTDATED' }
  | { readonly status: 'UNDER_WAY' };

/**
 * Builds a view anew in a file of its own, next to the live view's, and compares the two. Log and live view are only
 * read; the file is removed.
 *
 * @throws faults of the stores, and the signal's reason when it aborts
 */
export async function verifyView(work: ViewWork): Promise<Verified> {
  const { view, shapes } = work.sqlView;
  const unlock = takeLock(`${work.file}.verify.lock`);
  if (!unlock) return { status: 'UNDER_WAY' };
  const folder = `${work.file}.verify`;
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  try {
    const checkpoint = await liveCheckpoint(work);
    if (checkpoint === undefined) return { status: 'OUTDATED' };
    removeFolder();
    mkdirSync(folder, { mode: 0o700 });
    const db = openSqlite<BookkeepingTables>({ file: join(folder, 'view.db') });
    try {
      await createBookkeeping(db);
      await createTables(db, shapes, '');
      const copy = viewCopy(work, db, view.name);
      await copy.catchUp(checkpoint);
      return { status: 'OK', comparison: await compareWithLive(work, copy) };
    } finally {
      await db.destroy();
    }
  } finally {
    removeFolder();
    unlock();
  }
}

async function liveCheckpoint({ sqlView, file }: ViewWork): Promise<bigint | undefined> {
  const live = openSqlite<BookkeepingTables>({ file, readonly: true });
  try {
    const version = await storedVersion(live, sqlView.view.name);
    if (version !== sqlView.view.version || !(await tablesFit(live, sqlView.shapes))) return undefined;
    return await storedCheckpoint(live, sqlView.view.name);
  } finally {
    await live.destroy();
  }
}
