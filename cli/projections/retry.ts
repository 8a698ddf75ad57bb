import type { EventLog } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import { isSqliteFault } from '../../infra/sql/busy.js';
import { openSqlite, SHORT_BUSY_TIMEOUT_MS } from '../../infra/sql/sqlite-database.js';
import { type BookkeepingTables, sqlViewTarget } from '../../infra/sql/view-target.js';
import { retryParked } from '../../projections/runner/retry.js';
import type { ParkedStream } from '../../projections/runner/view.js';
import type { SqlView } from '../service/sql-views.js';

/** What came of a parked stream. */
export interface RetriedStream {
  readonly stream: string;
  /** Events that were applied now. */
  readonly applied: number;
  /** Why it stays parked, or undefined if it is healed. */
  readonly failure: ParkedStream | undefined;
}

/** Retries all parked streams of a view, one after the other; a service may be running. */
export async function retryView(
  { view }: SqlView,
  file: string,
  log: Pick<EventLog, 'readStream'>,
  store: Pick<EventStore, 'decode'>,
  onRetried: (retried: RetriedStream) => void,
): Promise<void> {
  const db = openSqlite<BookkeepingTables>({ file, busyTimeout: SHORT_BUSY_TIMEOUT_MS });
  try {
    const target = sqlViewTarget(db, view.name, view.version, isSqliteFault);
    for (const parked of await target.parkedStreams())
      onRetried({ stream: parked.stream, ...(await retryParked({ view, target, store, log }, parked)) });
  } finally {
    await db.destroy();
  }
}
