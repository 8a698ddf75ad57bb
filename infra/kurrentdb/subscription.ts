import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import type { CaughtUp, LogFilter, Position, RecordedEvent } from '../ports/event-log.js';
import type { KurrentConnection } from './connection.js';
import { pause } from './deadline.js';
import { isSystemEvent, positionOf, toRecordedEvent } from './events.js';
import { classify } from './failures.js';
import { feed } from './feed.js';
import { passes } from './filter.js';

export interface FollowOptions {
  readonly after: Position;
  readonly filter?: LogFilter;
  readonly signal: AbortSignal;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  /** Told of each drop, before the subscription resumes. */
  readonly onDrop: (cause: unknown) => void;
}

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;

type Following = AsyncGenerator<RecordedEvent | CaughtUp, void, undefined>;

/**
 * Follows the log: see the port's `subscribe`. Up to the end of the log the server picks the events that pass the filter.
 * From there on all are looked at here, because the server tells too rarely how far it is where none of them passes, and
 * somebody may wait until a place is passed. A subscription that drops resumes after the last event that was handled,
 * which is one that the consumer has come back from.
 *
 * @throws what the server answered, if it would answer the same again
 */
export async function* followLog(connection: KurrentConnection, options: FollowOptions): Following {
  const { filter, signal, random, onDrop } = options;
  let through = options.after;
  let drops = 0;

  /** One subscription. Where the server picks the events, it ends once all there were have been handled. */
  async function* fed(client: KurrentDBClient, ended: AbortSignal, picked: 'by-server' | 'here'): Following {
    const { timeout } = connection;
    let live = picked === 'here';
    for await (const arrival of feed(client, { after: through, filter, everything: live, timeout, ended })) {
      if (signal.aborted) return;
      drops = 0;
      if (arrival.kind === 'event') {
        const { event } = arrival;
        const position = isSystemEvent(event) ? (event.position?.commit ?? through) : positionOf(event);
        if (position <= through) continue;
        if (passes(event, filter)) yield toRecordedEvent(event);
        through = position;
        continue;
      }
      if (arrival.kind === 'caught-up') live = true;
      const looked = arrival.kind === 'drained' ? undefined : arrival.position;
      if (looked !== undefined && looked > through) through = looked;
      if (live) yield { caughtUp: true, position: through };
      if (live && picked === 'by-server') return;
    }
  }

  async function* untilDropped(): Following {
    const lease = connection.lease();
    const ended = AbortSignal.any([signal, lease.retired]);
    try {
      yield* fed(lease.client, ended, 'by-server');
      if (!ended.aborted) yield* fed(lease.client, ended, 'here');
    } catch (error) {
      const failure = classify(error);
      if (failure.kind === 'answer') throw error;
      if (failure.kind === 'lost') lease.retire();
      if (failure.kind === 'not-leader') lease.retire(failure.leader);
      onDrop(error);
    } finally {
      lease.release();
    }
  }

  while (!signal.aborted) {
    yield* untilDropped();
    if (signal.aborted) return;
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** drops++, LONGEST_BACKOFF_MS);
    await pause(backoff * (0.5 + random() / 2), signal);
  }
}
