import type { EventLog } from '../../infra/ports/event-log.js';
import { type Applying, applyOne } from './apply.js';
import type { ParkedStream, TargetTransaction } from './view.js';

const EVENTS_PER_TRANSACTION = 100;

/** How the retry of a parked stream ended. */
export interface Retried {
  /** Events that are in the view now. */
  readonly applied: number;
  /** What still can't be handled; the stream stays parked from there on. */
  readonly failure: ParkedStream | undefined;
}

interface Step extends Retried {
  /** The revision to go on from, if there is more. */
  readonly next: number | undefined;
}

/**
 * Applies the events of a parked stream that were left out, in short transactions, and unparks it. A runner may be at
 * work in this or another process: the last transaction catches up with the view's checkpoint and unparks the stream,
 * and a runner looks at what is parked in the transaction that moves the checkpoint. So no event falls in between.
 *
 * @throws faults of the storage; what was applied before stays, and the stream stays parked
 */
export async function retryParked<Tx>(
  options: Omit<Applying<Tx>, 'onParked'> & { readonly log: Pick<EventLog, 'readStream'> },
  parked: ParkedStream,
): Promise<Retried> {
  const whole = await options.log.readStream(parked.stream);
  const known = whole.found ? whole.events : [];
  const first = known.find((event) => event.position >= parked.position);
  let from = first?.revision ?? (known.at(-1)?.revision ?? -1) + 1;
  let applied = 0;

  async function applySome(transaction: TargetTransaction<Tx>): Promise<Step> {
    const { checkpoint, parked: names } = await transaction.standing();
    if (!names.has(parked.stream)) return { next: undefined, applied: 0, failure: undefined };
    const read = await options.log.readStream(parked.stream, { from, limit: EVENTS_PER_TRANSACTION });
    const due = read.found
      ? read.events.filter(({ position }) => position >= parked.position && position <= checkpoint)
      : [];
    let done = 0;
    for (const event of due) {
      if (!options.view.handlers.has(event.type)) continue;
      const failure = await applyOne(options, transaction, event);
      if (failure) {
        await transaction.park(failure);
        return { next: undefined, applied: done, failure };
      }
      done++;
    }
    const last = due.at(-1);
    if (!last || due.length < EVENTS_PER_TRANSACTION) {
      await transaction.unpark(parked.stream);
      return { next: undefined, applied: done, failure: undefined };
    }
    await transaction.park({ ...parked, position: last.position + 1n });
    return { next: last.revision + 1, applied: done, failure: undefined };
  }

  for (;;) {
    const step = await options.target.transaction(applySome);
    applied += step.applied;
    if (step.next === undefined) return { applied, failure: step.failure };
    from = step.next;
  }
}
