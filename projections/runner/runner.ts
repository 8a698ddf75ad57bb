import type { EventLog, Position } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import { applyBatch, standingOf } from './apply.js';
import { batches } from './batches.js';
import type { ParkedStream, View, ViewTarget } from './view.js';

const MAX_BATCH = 512;
const FIRST_RETRY_DELAY_MS = 50;
const MAX_RETRY_DELAY_MS = 5_000;
/**
 * How far the log may run ahead, by events the view does not read, before its checkpoint follows without any rows. In
 * positions, which are events in one log and bytes in another.
 */
const SILENT_STRETCH = 100_000n;

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
  readonly log: Pick<EventLog, 'subscribe'>;
  readonly store: Pick<EventStore, 'decode'>;
  readonly events: RunnerEvents;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Keeps a view up to date until the signal aborts. Rows and checkpoint move in one transaction. An event that can't
 * be handled parks its stream, loudly; the other streams go on. A failing store is retried with back-off.
 */
export async function runProjection<Tx>(options: RunnerOptions<Tx>): Promise<void> {
  const { view, events, signal } = options;
  const stopped = aborted(signal);
  let failures = 0;
  while (!signal.aborted) {
    try {
      await follow(options, () => {
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      const delay = Math.min(FIRST_RETRY_DELAY_MS * 2 ** failures++, MAX_RETRY_DELAY_MS);
      events.failed(view.name, error, delay);
      await Promise.race([options.sleep(delay), stopped]);
    }
  }
}

/** Follows the log from the stored checkpoint on, until the signal aborts or somebody else moves the checkpoint. */
async function follow<Tx>(options: RunnerOptions<Tx>, onProgress: () => void): Promise<void> {
  const { view, target, log, store, events, signal } = options;
  const applying = { view, target, store, onParked: (parked: ParkedStream) => events.parked(view.name, parked) };
  let standing = await standingOf(target);
  events.passed(view.name, standing.checkpoint);
  const after = standing.checkpoint;
  const filter = { streamPrefixes: view.streamPrefixes };
  for await (const batch of batches(
    (closing) => log.subscribe({ after, filter, signal: closing }),
    MAX_BATCH,
    signal,
  )) {
    if (signal.aborted) return;
    if (batch.events.length > 0 || batch.upTo - standing.checkpoint >= SILENT_STRETCH) {
      standing = await applyBatch(applying, batch, standing);
      if (standing.checkpoint !== batch.upTo) return;
    }
    events.passed(view.name, batch.upTo);
    onProgress();
  }
  if (!signal.aborted) throw new Error('the log stopped feeding the projection');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
