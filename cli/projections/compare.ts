import type { Position } from '../../infra/ports/event-log.js';
import { type BookkeepingTables, storedCheckpoint, storedParkedStreams } from '../../infra/sql/view-target.js';
import type { ParkedStream } from '../../projections/runner/view.js';
import { differingRows, type RowDifference } from '../../projections/sql/difference.js';
import { differingTables, digestView, type ViewDigest } from '../../projections/sql/digest.js';
import type { ViewCopy, ViewWork } from './work.js';

const LOOKS = 3;
const BETWEEN_LOOKS_MS = 500;
const NAMED_ROWS = 5;

/** A live view and a fresh copy of it, both at one position of the log. */
export interface Comparison {
  readonly equal: boolean;
  readonly position: Position;
  readonly live: ViewDigest;
  readonly fresh: ViewDigest;
  readonly liveParked: readonly ParkedStream[];
  readonly freshParked: readonly ParkedStream[];
  /** Names of tables that differ. */
  readonly tables: readonly string[];
  /** The first rows that differ; 'first' is the live view. */
  readonly rows: readonly RowDifference[];
  /** Rows that a live view need not have, because it is a cache, and has not. */
  readonly onlyFresh: number;
}

/**
 * Brings a copy to where the live view is and compares the two, while the live view may go on. A difference is looked
 * at again once the live view has moved on: a user's key is destroyed shortly before or after a view hears of the
 * user's end, and in between the copy is ahead of the live view.
 *
 * @param copy must not have passed the live view
 */
export async function compareWithLive(work: ViewWork, copy: ViewCopy): Promise<Comparison> {
  work.onStage({ kind: 'comparing' });
  const live = work.storage.patientReader<BookkeepingTables>();
  try {
    let comparison = await live.transaction().execute((snapshot) => compareAt(work, snapshot, copy));
    for (let looks = 1; !comparison.equal && looks < LOOKS; looks++) {
      await work.sleep(BETWEEN_LOOKS_MS);
      if ((await storedCheckpoint(live, work.sqlView.view.name)) === comparison.position) break;
      comparison = await live.transaction().execute((snapshot) => compareAt(work, snapshot, copy));
    }
    return comparison;
  } finally {
    await live.destroy();
  }
}

async function compareAt(work: ViewWork, snapshot: ViewCopy['db'], copy: ViewCopy): Promise<Comparison> {
  const { view, shapes } = work.sqlView;
  const position = await storedCheckpoint(snapshot, view.name);
  await copy.catchUp(position);
  if ((await copy.target.checkpoint()) !== position)
    throw new Error(`the copy of view ${view.name} is ahead of the live view and can't be compared with it`);
  const live = await digestView(snapshot, shapes);
  const fresh = await digestView(copy.db, shapes);
  const liveParked = await storedParkedStreams(snapshot, view.name);
  const freshParked = await copy.target.parkedStreams();
  const tables = differingTables(live, fresh);
  const rows: RowDifference[] = [];
  for (const table of tables) {
    const shape = shapes[table];
    if (shape) rows.push(...(await differingRows(snapshot, copy.db, table, shape, NAMED_ROWS)));
  }
  const equal = live.sha256 === fresh.sha256 && sameParked(liveParked, freshParked);
  return { equal, position, live, fresh, liveParked, freshParked, tables, rows, onlyFresh: 0 };
}

/** Whether the same streams are parked from the same positions on. */
export function sameParked(a: readonly ParkedStream[], b: readonly ParkedStream[]): boolean {
  const where = (parked: readonly ParkedStream[]) => parked.map(({ stream, position }) => `${position} ${stream}`);
  return where(a).sort().join('\n') === where(b).sort().join('\n');
}
