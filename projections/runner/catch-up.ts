import type { EventLog, Position, RecordedEvent } from '../../infra/ports/event-log.js';
import { type Applying, applyBatch, standingOf } from './apply.js';

const FIRST_CHUNK = 200;
const SMALLEST_CHUNK = 10;
const LARGEST_CHUNK = 1_000;
/** Whoever waits for a lock looks for it again within this time, in ms (infra/sql/busy.ts). */
const LONGEST_REST_MS = 10;

/** How far a catch-up has come. */
export interface CatchUpProgress {
  /** Events applied since its start. */
  readonly events: number;
  /** The position of the first one, or of the first checkpoint if there was none. */
  readonly from: Position;
  readonly position: Position;
}

/** Lets others at the storage while a view is being filled. */
export interface Pace {
  /** How long a transaction should take, in ms; the number of events in it follows from that. */
  readonly transactionMs: number;
  /** ms, monotonic. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface CatchUpOptions<Tx> extends Applying<Tx> {
  readonly log: Pick<EventLog, 'readAll'>;
  /** Where to stop; nothing after it is applied. */
  readonly upTo: Position;
  /** Without one, as fast as it goes. */
  readonly pace?: Pace;
  readonly onProgress?: (progress: CatchUpProgress) => void;
  readonly signal: AbortSignal;
}

/** Thrown when somebody else works on the same copy of a view. */
export class CheckpointMovedError extends Error {
  override readonly name = 'CheckpointMovedError';
}

/**
 * Applies to a view what the log holds up to a position, in short transactions, and sets its checkpoint to exactly
 * that position. With a pace, the storage is left alone after each transaction, and the next events are read and opened
 * meanwhile; without one they are while others are being applied.
 *
 * @throws faults of log and storage, the signal's reason when it aborts, CheckpointMovedError
 */
export async function catchUp<Tx>(options: CatchUpOptions<Tx>): Promise<void> {
  const { view, target, log, store, upTo, pace, signal } = options;
  const filter = { streamPrefixes: view.streamPrefixes };
  let chunk = pace ? FIRST_CHUNK : LARGEST_CHUNK;
  let events = 0;

  async function read(after: Position): Promise<readonly RecordedEvent[]> {
    const page = await log.readAll({ after, limit: chunk, filter });
    const due = page.filter(({ position }) => position <= upTo);
    // Opened events stay in the store's memory. What can't be opened is dealt with where it is applied.
    await store.decode(due.filter(({ type }) => view.handlers.has(type))).catch(() => undefined);
    return due;
  }

  let standing = await standingOf(target);
  if (standing.checkpoint >= upTo) return;
  let due = await read(standing.checkpoint);
  const from = due[0]?.position ?? standing.checkpoint;
  for (;;) {
    signal.throwIfAborted();
    const last = due.at(-1);
    const position = last && due.length === chunk ? last.position : upTo;
    const isLast = position >= upTo;
    const started = pace?.clock() ?? 0;
    const applying = applyBatch(options, { events: due, upTo: position }, standing);
    const [applied, next] = await Promise.all([applying, pace || isLast ? NOTHING : read(position)]);
    if (applied.checkpoint !== position)
      throw new CheckpointMovedError(`somebody else is filling the same copy of view ${view.name}`);
    standing = applied;
    events += due.length;
    options.onProgress?.({ events, from, position });
    if (isLast) return;
    due = next;
    if (!pace) continue;
    const took = pace.clock() - started;
    chunk = fittingChunk(chunk, pace.transactionMs, took);
    [due] = await Promise.all([read(position), pace.sleep(Math.min(took, LONGEST_REST_MS))]);
  }
}

const NOTHING: readonly RecordedEvent[] = [];

/** The number of events that should have taken as long as wished, from how long the last ones took. */
function fittingChunk(chunk: number, wishedMs: number, tookMs: number): number {
  const fitting = Math.round((chunk * wishedMs) / Math.max(tookMs, 1));
  return Math.min(Math.max(fitting, SMALLEST_CHUNK), LARGEST_CHUNK, chunk * 2);
}
