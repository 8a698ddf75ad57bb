import type { TargetTransaction } from '../../projections/runner/view.js';
import type { SessionChanges } from '../ports/session-view.js';
import { type SessionBatch, sessionBatch } from './session-batch.js';
import type { Place } from './session-place.js';

/** What came of a transaction, and what is still to be sent. */
export interface Gathered<R> {
  readonly result: R;
  readonly batch: SessionBatch;
  /** There is nothing to be sent. */
  readonly isEmpty: boolean;
}

/** Runs a transaction of the view at a place: what it does is gathered, to be sent at once. */
export async function gathered<R>(
  from: Place,
  run: (transaction: TargetTransaction<SessionChanges>) => Promise<R>,
): Promise<Gathered<R>> {
  const batch = sessionBatch(from.checkpoint, from.parked);
  const result = await run({
    tx: batch.changes,
    standing: async () => ({ checkpoint: from.checkpoint, parked: new Set(from.parked.keys()) }),
    step: batch.attempt,
    park: async (stream) => batch.park(stream),
    unpark: async (stream) => batch.unpark(stream),
    saveCheckpoint: async (position) => {
      batch.checkpoint = position;
    },
  });
  const isEmpty = batch.checkpoint === from.checkpoint && !batch.hasChanges && !batch.parksChanged;
  return { result, batch, isEmpty };
}
