import { type BookkeepingTables, storedCheckpoint, storedVersion } from '../../infra/sql/view-target.js';
import { tablesFit } from '../../projections/sql/table-shape.js';
import { compareWithLive } from './compare.js';
import type { Verified } from './operated-view.js';
import { buildingApart, type ViewWork } from './work.js';

/**
 * Builds a view anew apart from the live one and compares the two. Log and live view are only read.
 *
 * @throws faults of the stores, and the signal's reason when it aborts
 */
export async function verifyView(work: ViewWork): Promise<Verified> {
  const checkpoint = await liveCheckpoint(work);
  if (checkpoint === undefined) return { status: 'OUTDATED' };
  return buildingApart(work, async (apart) => {
    await apart.catchUp(checkpoint);
    return { status: 'OK', comparison: await compareWithLive(work, apart) };
  });
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
