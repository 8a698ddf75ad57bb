import type { EventLog, Position, RecordedEvent } from '../../infra/ports/event-log.js';
import type { EventStore, StoredEvent } from '../../infra/ports/event-store.js';
import { batches } from './batches.js';
import type { ParkedStream, TargetTransaction, View, ViewTarget } from './view.js';

const MAX_BATCH = 512;
const MAX_RETRY_DELAY_MS = 5_000;

/** What the runner tells the operator. */
export interface RunnerEvents {
  /** A stream was parked: its events are not in the view until it is retried. */
  parked(view: string, parked: ParkedStream): void;
  /** The view's storage or the log failed; the runner tries again. */
  failed(view: string, error: unknown, retryInMs: number): void;
  /** Everything up to `position` is in the view. */
  passed(view: string, position: Position): void;
}

export interface RunnerOptions<Tx> {
  readonly view: View<Tx>;
  readonly target: ViewTarget<Tx>;
  readonly log: EventLog;
  readonly store: EventStore;
  readonly events: RunnerEvents;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Keeps a view up to date until the signal aborts. Rows and checkpoint move in one transaction. An event that can't
 * be handled parks its stream, loudly; the other streams go on. A failing store is retried with back-off.
 */
export async function runProjection<Tx>(options: RunnerOptions<Tx>): Promise<void> {
  const { view, target, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const after = await target.checkpoint();
      const parked = new Set((await target.parkedStreams()).map((stream) => stream.stream));
      options.events.passed(view.name, after);
      const feed = options.log.subscribe({ after, filter: { streamPrefixes: view.streamPrefixes }, signal });
      for await (const batch of batches(feed, MAX_BATCH)) {
        if (signal.aborted) return;
        if (batch.events.length > 0) await applyBatch(options, batch.events, parked);
        options.events.passed(view.name, batch.upTo);
        failures = 0;
      }
    } catch (error) {
      if (signal.aborted) return;
      const delay = Math.min(50 * 2 ** failures++, MAX_RETRY_DELAY_MS);
      options.events.failed(view.name, error, delay);
      await options.sleep(delay);
    }
  }
}

type Applicable<Tx> = Pick<RunnerOptions<Tx>, 'view' | 'target' | 'store' | 'events'>;

/** Applies events to a view in one transaction, together with the checkpoint. Extends `parked` by what it parks. */
export async function applyBatch<Tx>(
  options: Applicable<Tx>,
  recorded: readonly RecordedEvent[],
  parked: Set<string>,
): Promise<void> {
  const last = recorded.at(-1);
  if (!last) return;
  const wanted = recorded.filter((event) => options.view.handlers.has(event.type) && !parked.has(event.stream));
  try {
    const events = await options.store.decode(wanted);
    await options.target.transaction(async (transaction) => {
      for (const event of events) await options.view.handlers.get(event.type)?.(transaction.tx, event);
      await transaction.saveCheckpoint(last.position);
    });
  } catch (error) {
    if (options.target.isFault(error)) throw error;
    await applyCarefully(options, wanted, last.position, parked);
  }
}

/** The slow way, after a batch failed: event by event, parking the streams of those that fail on their own. */
async function applyCarefully<Tx>(
  options: Applicable<Tx>,
  wanted: readonly RecordedEvent[],
  checkpoint: Position,
  parked: Set<string>,
): Promise<void> {
  const newlyParked: ParkedStream[] = [];
  await options.target.transaction(async (transaction) => {
    for (const event of wanted) {
      if (parked.has(event.stream) || newlyParked.some((stream) => stream.stream === event.stream)) continue;
      const failure = await applyOne(options, transaction, event);
      if (!failure) continue;
      await transaction.park(failure);
      newlyParked.push(failure);
    }
    await transaction.saveCheckpoint(checkpoint);
  });
  for (const stream of newlyParked) {
    parked.add(stream.stream);
    options.events.parked(options.view.name, stream);
  }
}

async function applyOne<Tx>(
  options: Applicable<Tx>,
  transaction: TargetTransaction<Tx>,
  recorded: RecordedEvent,
): Promise<ParkedStream | undefined> {
  try {
    await transaction.step(async () => {
      const [event] = (await options.store.decode([recorded])) as [StoredEvent];
      await options.view.handlers.get(event.type)?.(transaction.tx, event);
    });
    return undefined;
  } catch (error) {
    if (options.target.isFault(error)) throw error;
    return {
      stream: recorded.stream,
      position: recorded.position,
      eventType: recorded.type,
      error: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown error',
    };
  }
}

/**
 * Applies the events of a parked stream that were left out, and unparks it.
 *
 * @returns how many events were applied
 * @throws whatever the handler throws if the event still can't be handled; the stream then stays parked
 */
export async function retryParked<Tx>(
  options: Pick<RunnerOptions<Tx>, 'view' | 'target' | 'store' | 'log'>,
  stream: ParkedStream,
): Promise<number> {
  let applied = 0;
  await options.target.transaction(async (transaction) => {
    const upTo = await options.target.checkpoint();
    const read = await options.log.readStream(stream.stream);
    const missing = read.found
      ? read.events.filter((event) => event.position >= stream.position && event.position <= upTo)
      : [];
    for (const event of await options.store.decode(missing)) {
      await options.view.handlers.get(event.type)?.(transaction.tx, event);
      applied++;
    }
    await transaction.unpark(stream.stream);
  });
  return applied;
}
