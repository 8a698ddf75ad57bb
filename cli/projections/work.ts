import type { Kysely, Transaction } from 'kysely';
import type { EventLog, Position } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import { openScratchSqlite } from '../../infra/sql/sqlite-database.js';
import type { ViewStorage } from '../../infra/sql/view-storage.js';
import { type BookkeepingTables, createBookkeeping, sqlViewTarget } from '../../infra/sql/view-target.js';
import { type CatchUpProgress, catchUp, type Pace } from '../../projections/runner/catch-up.js';
import type { ParkedStream, ViewTarget } from '../../projections/runner/view.js';
import { createTables } from '../../projections/sql/table-shape.js';
import type { SqlView } from '../service/sql-views.js';
import { isStoreFault } from '../service/store-faults.js';

/** What a rebuild does besides catching up with the log, which shows its own progress. */
export type Stage =
  | { readonly kind: 'comparing' }
  /** The view was switched; what was live before is there for that time. */
  | { readonly kind: 'grace'; readonly ms: number };

/** What it takes to build rows of a view beside the live ones, whatever they are kept in. */
export interface Work {
  readonly log: Pick<EventLog, 'readAll' | 'head'>;
  readonly store: Pick<EventStore, 'decode'>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onParked: (parked: ParkedStream) => void;
  /**
   * @param goal the position at which the catch-up at hand stops
   * @param unit 'rows': rows are copied, and positions count them
   */
  readonly onProgress: (progress: CatchUpProgress, goal: Position, unit?: 'rows') => void;
  readonly onStage: (stage: Stage) => void;
}

const GRACE_STEP_MS = 200;

/** Leaves what was live in its place for the grace time. */
export async function waitOutGrace({ onStage, sleep, signal }: Work, graceMs: number): Promise<void> {
  if (graceMs > 0) onStage({ kind: 'grace', ms: graceMs });
  for (const end = performance.now() + graceMs; performance.now() < end && !signal.aborted; )
    await sleep(GRACE_STEP_MS);
}

/** The work on a view in SQL tables. */
export interface ViewWork extends Work {
  readonly sqlView: SqlView;
  /** Where the live view is kept. */
  readonly storage: ViewStorage;
}

/** Rows of a view that are being built. */
export interface ViewCopy {
  /** A handle on which the view's table names lead to these rows. */
  readonly db: Kysely<BookkeepingTables>;
  readonly target: ViewTarget<Transaction<BookkeepingTables>>;
  /** Applies the log up to a position that it has not passed yet. */
  catchUp(upTo: Position): Promise<void>;
}

/**
 * @param key the row of these rows in the bookkeeping tables
 * @param pace how others at the same database are left room; without it, none is left
 */
export function viewCopy(work: ViewWork, db: Kysely<BookkeepingTables>, key: string, pace?: Pace): ViewCopy {
  const { view } = work.sqlView;
  const target = sqlViewTarget(db, key, view.version, isStoreFault);
  return {
    db,
    target,
    catchUp: (upTo) =>
      catchUp({
        ...work,
        view,
        target,
        upTo,
        onProgress: (progress) => work.onProgress(progress, upTo),
        ...(pace && { pace }),
      }),
  };
}

/**
 * Runs something on rows of a view that are built apart from the live ones, in a database of this process's own: fast,
 * because nobody waits for it and nothing has to outlast the process. They are gone when it is done.
 */
export async function buildingApart<T>(work: ViewWork, run: (apart: ViewCopy) => Promise<T>): Promise<T> {
  const { view, shapes } = work.sqlView;
  const db = openScratchSqlite<BookkeepingTables>();
  try {
    await createBookkeeping(db);
    await createTables(db, shapes, '');
    return await run(viewCopy(work, db, view.name));
  } finally {
    await db.destroy();
  }
}
