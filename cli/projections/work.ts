import type { Kysely, Transaction } from 'kysely';
import type { EventLog, Position } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { ViewStorage } from '../../infra/sql/view-storage.js';
import { type BookkeepingTables, sqlViewTarget } from '../../infra/sql/view-target.js';
import { type CatchUpProgress, catchUp, type Pace } from '../../projections/runner/catch-up.js';
import type { ParkedStream, ViewTarget } from '../../projections/runner/view.js';
import type { SqlView } from '../service/sql-views.js';
import { isStoreFault } from '../service/store-faults.js';

/** What it takes to build rows of a view beside the live ones. */
export interface ViewWork {
  readonly sqlView: SqlView;
  /** Where the live view is kept. */
  readonly storage: ViewStorage;
  readonly log: Pick<EventLog, 'readAll' | 'head'>;
  readonly store: Pick<EventStore, 'decode'>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onParked: (parked: ParkedStream) => void;
  /** @param goal the position at which the catch-up at hand stops */
  readonly onProgress: (progress: CatchUpProgress, goal: Position) => void;
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
