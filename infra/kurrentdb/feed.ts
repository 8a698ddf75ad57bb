import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AllStreamRecordedEvent, type KurrentDBClient, START } from '@kurrent/kurrentdb-client';
import type { LogFilter, Position } from '../ports/event-log.js';
import { TimedOutError } from './deadline.js';
import { serverFilter } from './filter.js';

/** What comes over a subscription, in the order in which the server sent it. */
export type Arrival =
  | { readonly kind: 'event'; readonly event: AllStreamRecordedEvent }
  /** The server has looked at everything up to here. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  /** The server has sent everything there was. Its position is missing if the log is empty. */
  | { readonly kind: 'caught-up'; readonly position: Position | undefined }
  /** Nothing more has arrived for now. */
  | { readonly kind: 'drained' };

/** A place in the order of arrivals: after so many events. */
interface Mark {
  readonly after: number;
  readonly arrival: Arrival;
}

export interface FeedOptions {
  readonly after: Position;
  readonly filter: LogFilter | undefined;
  /** Sends all events whatever the filter, also the server's own. */
  readonly everything: boolean;
  /** How long the server may take to confirm the subscription, in ms. */
  readonly timeout: number;
  /** Ends the feed. */
  readonly ended: AbortSignal;
}

/** How many events the server looks at before it tells how far it is, where none of them passes the filter. */
const SEARCH_WINDOW = 256;

/**
 * One subscription to the whole log, for as long as it lasts. The client tells of checkpoints and of having caught up
 * while events that came before are still in its buffer; here they come after them.
 *
 * @throws what broke the subscription, TimedOutError
 */
export async function* feed(client: KurrentDBClient, options: FeedOptions): AsyncGenerator<Arrival, void, undefined> {
  const { after, filter, everything, timeout, ended } = options;
  const marks: Mark[] = [];
  let taken = 0;
  let failure: { readonly error: unknown } | undefined;
  let over = false;
  let ring = () => {};

  const mark = (arrival: Arrival) => {
    marks.push({ after: taken + subscription.readableLength, arrival });
    ring();
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    ring();
  };
  const end = () => {
    over = true;
    ring();
  };

  const subscription = client.subscribeToAll({
    fromPosition: after < 0n ? START : { commit: after, prepare: after },
    ...(!everything && {
      filter: {
        ...serverFilter(filter),
        maxSearchWindow: SEARCH_WINDOW,
        checkpointReached: (_: unknown, { commit }: { commit: bigint }) =>
          mark({ kind: 'checkpoint', position: commit }),
      },
    }),
  });
  const confirmation = setTimeout(
    () => fail(new TimedOutError(`KurrentDB did not confirm a subscription within ${timeout} ms`)),
    timeout,
  );
  subscription.on('confirmation', () => clearTimeout(confirmation));
  subscription.on('caughtUp', ({ position }) => mark({ kind: 'caught-up', position: position?.commit }));
  subscription.on('readable', () => ring());
  subscription.on('error', fail);
  subscription.on('end', end);
  subscription.on('close', end);
  ended.addEventListener('abort', end);

  try {
    let drained = true;
    while (!over) {
      const due = marks[0];
      if (due && due.after <= taken) {
        marks.shift();
        yield due.arrival;
        continue;
      }
      const event = (subscription.read() as { event?: AllStreamRecordedEvent } | null)?.event;
      if (event) {
        taken++;
        drained = false;
        yield { kind: 'event', event };
        continue;
      }
      if (failure) throw failure.error;
      const rung = new Promise<void>((resolve) => {
        ring = resolve;
      });
      if (!drained) {
        // What the client is about to hand over is part of the same batch.
        await nextTurn();
        if (subscription.readableLength > 0 || marks.length > 0) continue;
        drained = true;
        yield { kind: 'drained' };
        continue;
      }
      await rung;
    }
  } finally {
    clearTimeout(confirmation);
    ended.removeEventListener('abort', end);
    // Waits for a connection that may never come.
    void subscription.unsubscribe().catch(() => undefined);
  }
}
