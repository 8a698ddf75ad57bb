import type { CaughtUp, Position, RecordedEvent } from '../../infra/ports/event-log.js';

/** Events that became available together, and where their reader stands once it has handled them. */
export interface Batch {
  readonly events: readonly RecordedEvent[];
  readonly upTo: Position;
}

/** Opens a feed of the log, which ends when the signal aborts. */
export type Subscribe = (signal: AbortSignal) => AsyncIterable<RecordedEvent | CaughtUp>;

/**
 * Groups a feed into batches of what is available at once, at most `max` events each. While a batch is being handled
 * the next one gathers; the feed is not read further than one full batch ahead. It is closed when the reader stops.
 *
 * @throws what the feed throws, after everything that came before it
 */
export async function* batches(subscribe: Subscribe, max: number, signal: AbortSignal): AsyncGenerator<Batch> {
  let gathered: RecordedEvent[] = [];
  let upTo: Position | undefined;
  let ended = false;
  let failure: unknown;
  let wakeReader = nobody;
  let wakePump = nobody;
  const closing = new AbortController();
  const close = () => closing.abort();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();

  async function pumpFeed(): Promise<void> {
    try {
      for await (const item of subscribe(closing.signal)) {
        if (ended) return;
        if (!('caughtUp' in item)) gathered.push(item);
        upTo = item.position;
        wakeReader();
        if (gathered.length >= max)
          await new Promise<void>((resolve) => {
            wakePump = resolve;
          });
      }
    } catch (error) {
      failure = error;
    } finally {
      ended = true;
      wakeReader();
    }
  }

  const pump = pumpFeed();
  try {
    for (;;) {
      if (upTo !== undefined) {
        const batch: Batch = { events: gathered, upTo };
        gathered = [];
        upTo = undefined;
        wakePump();
        yield batch;
      } else if (ended) break;
      else
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
    }
    if (failure !== undefined && !signal.aborted) throw failure;
  } finally {
    ended = true;
    signal.removeEventListener('abort', close);
    close();
    wakePump();
    await pump;
  }
}

function nobody(): void {}
