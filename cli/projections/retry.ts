import type { EventLog } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { ViewStorage } from '../../infra/sql/view-storage.js';
import { type BookkeepingTables, sqlViewTarget } from '../../infra/sql/view-target.js';
import { retryParked } from '../../projections/runner/retry.js';
import type { ParkedStream } from '../../projections/runner/view.js';
import type { SqlView } from '../service/sql-views.js';
import { isStoreFault } from '../service/store-faults.js';

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
  storage: ViewStorage,
  log: Pick<EventLog, 'readStream'>,
  store: Pick<EventStore, 'decode'>,
  onRetried: (retried: RetriedStream) => void,
): Promise<void> {
  const db = storage.writer<BookkeepingTables>();
  try {
    const target = sqlViewTarget(db, view.name, view.version, isStoreFault);
    for (const parked of await target.parkedStreams())
      onRetried({ stream: parked.stream, ...(await retryParked({ view, target, store, log }, parked)) });
  } finally {
    await db.destroy();
  }
}
