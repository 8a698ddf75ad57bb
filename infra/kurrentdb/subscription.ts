import type { CaughtUp, LogFilter, Position, RecordedEvent } from '../ports/event-log.js';
import type { KurrentConnection } from './connection.js';
import { pause } from './deadline.js';
import { isSystemEvent, positionOf, toRecordedEvent } from './events.js';
import { classify } from './failures.js';
import { feed } from './feed.js';

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

/**
 * Follows the log: see the port's `subscribe`. A subscription that drops resumes after the last event that was handled,
 * which is one that the consumer has come back from.
 *
 * @throws what the server answered, if it would answer the same again
 */
export async function* followLog(
  connection: KurrentConnection,
  options: FollowOptions,
): AsyncGenerator<RecordedEvent | CaughtUp, void, undefined> {
  const { filter, signal, random, onDrop } = options;
  let through = options.after;
  let drops = 0;

  async function* untilDropped(): AsyncGenerator<RecordedEvent | CaughtUp, void, undefined> {
    const lease = connection.lease();
    const ended = AbortSignal.any([signal, lease.retired]);
    let live = false;
    try {
      for await (const arrival of feed(lease.client, { after: through, filter, timeout: connection.timeout, ended })) {
        if (signal.aborted) return;
        drops = 0;
        if (arrival.kind === 'event') {
          const position = positionOf(arrival.event);
          if (position <= through) continue;
          if (!isSystemEvent(arrival.event)) yield toRecordedEvent(arrival.event);
          through = position;
          continue;
        }
        if (arrival.kind === 'caught-up') live = true;
        const looked = arrival.kind === 'drained' ? undefined : arrival.position;
        if (looked !== undefined && looked > through) through = looked;
        if (live) yield { caughtUp: true, position: through };
      }
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
