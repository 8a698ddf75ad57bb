import type { CaughtUp, Position, RecordedEvent } from '../../infra/ports/event-log.js';

/** Events that became available together, and where their reader stands once it has handled them. */
export interface Batch {
  readonly events: readonly RecordedEvent[];
  readonly upTo: Position;
}

/**
 * Groups a subscription into batches of what is available at once, at most `max` events each. While a batch is being
 * handled the next one gathers; the subscription is not read further than one full batch ahead.
 */
export async function* batches(feed: AsyncIterable<RecordedEvent | CaughtUp>, max: number): AsyncGenerator<Batch> {
  let gathered: RecordedEvent[] = [];
  let upTo: Position | undefined;
  let ended = false;
  let failure: unknown;
  let wakeReader: (() => void) | undefined;
  let wakePump: (() => void) | undefined;

  const pump = (async () => {
    try {
      for await (const item of feed) {
        if (!('caughtUp' in item)) gathered.push(item);
        upTo = item.position;
        wakeReader?.();
        if (gathered.length >= max)
          await new Promise<void>((resolve) => {
            wakePump = resolve;
          });
        if (ended) return;
      }
    } catch (error) {
      failure = error;
    } finally {
      ended = true;
      wakeReader?.();
    }
  })();

  try {
    for (;;) {
      if (upTo === undefined) {
        if (ended) break;
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
        wakeReader = undefined;
        continue;
      }
      const batch: Batch = { events: gathered, upTo };
      gathered = [];
      upTo = undefined;
      wakePump?.();
      wakePump = undefined;
      yield batch;
    }
    if (failure !== undefined) throw failure;
  } finally {
    ended = true;
    (wakePump as (() => void) | undefined)?.();
    void pump;
  }
}
