import {
  type BookkeepingTables,
  createBookkeeping,
  storedCheckpoint,
  storedVersion,
} from '../../infra/sql/view-target.js';
import { createTables, tablesFit } from '../../projections/sql/table-shape.js';
import { compareWithLive } from './compare.js';
import type { Verified } from './operated-view.js';
import { type ViewWork, viewCopy } from './work.js';

/**
 * Builds a view anew in a scratch database and compares the two. Log and live view are only read; the scratch database
 * is removed.
 *
 * @throws faults of the stores, and the signal's reason when it aborts
 */
export async function verifyView(work: ViewWork): Promise<Verified> {
  const { view, shapes } = work.sqlView;
  const end = await work.storage.begin('verify');
  if (!end) return { status: 'UNDER_WAY' };
  try {
    const checkpoint = await liveCheckpoint(work);
    if (checkpoint === undefined) return { status: 'OUTDATED' };
    const { db, remove } = await work.storage.scratch();
    try {
      await createBookkeeping(db);
      await createTables(db, shapes, '');
      const copy = viewCopy(work, db, view.name);
      await copy.catchUp(checkpoint);
      return { status: 'OK', comparison: await compareWithLive(work, copy) };
    } finally {
      await remove();
    }
  } finally {
    await end();
  }
}

async function liveCheckpoint({ sqlView, storage }: ViewWork): Promise<bigint | undefined> {
  const live = storage.reader<BookkeepingTables>();
  try {
    const version = await storedVersion(live, sqlView.view.name);
    if (version !== sqlView.view.version || !(await tablesFit(live, sqlView.shapes))) return undefined;
    return await storedCheckpoint(live, sqlView.view.name);
  } finally {
    await live.destroy();
  }
}
