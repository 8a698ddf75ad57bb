import type { AppendResult, Expected, NewRecord, StreamCheck } from '../ports/event-log.js';

/** One append of a batch, checked against the rules for records. */
export interface AppendOperation {
  readonly records: readonly NewRecord[];
  /** JSON text per record. */
  readonly metadata: readonly string[];
  readonly checks: readonly StreamCheck[];
}

/** A stream under the lock: its last revision, and the last one at the time of its last soft delete; or -1. */
export interface StreamState {
  readonly last: number;
  readonly deletedThrough: number;
}

/** Where an event stands. */
export interface Placed {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
}

/** An event to be written, with its place. */
export interface PlacedRecord extends Placed {
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** Where one of an operation's records would stand if the operation had been carried out before. */
export interface Anchor {
  readonly stream: string;
  readonly revision: number;
  /** Which of the operation's records. */
  readonly record: number;
}

/** An anchor that the log may hold, and what the log holds around it, as many events as the operation has records. */
export interface Held {
  readonly anchor: Anchor;
  readonly events: readonly Placed[];
}

/** The log as the batch found it under the lock. */
export interface LogState {
  /** The position of the last event, or -1. */
  readonly end: number;
  /** Every stream that the batch writes or checks. */
  readonly streams: ReadonlyMap<string, StreamState>;
}

/** What comes of a batch: the answer to each operation, and what is to be written for all of them. */
export interface BatchDecision {
  readonly results: readonly AppendResult[];
  readonly records: readonly PlacedRecord[];
}

const NONE = -1;
const NOTHING: StreamState = { last: NONE, deletedThrough: NONE };

/** The streams that a batch writes or checks. */
export function streamsOf(batch: readonly AppendOperation[]): string[] {
  const names = new Set<string>();
  for (const { records, checks } of batch) for (const { stream } of [...records, ...checks]) names.add(stream);
  return [...names];
}

/** Where the log may hold operations of a batch already, by their index in the batch. */
export function anchorsIn(batch: readonly AppendOperation[], { streams }: LogState): ReadonlyMap<number, Anchor> {
  const anchors = new Map<number, Anchor>();
  for (const [index, operation] of batch.entries()) {
    const anchor = anchorOf(operation, streams, violatedBy(operation, streams));
    if (anchor && anchor.revision <= (streams.get(anchor.stream) ?? NOTHING).last) anchors.set(index, anchor);
  }
  return anchors;
}

/**
 * Decides a batch in order, each operation on what those before it leave behind. An operation writes nothing if a check
 * is violated, or if the log holds it already (event-log-contract.md, "Idempotent retry").
 *
 * @param held what the log holds at {@link anchorsIn}, by the operation's index
 */
export function decideBatch(
  batch: readonly AppendOperation[],
  state: LogState,
  held: ReadonlyMap<number, Held>,
): BatchDecision {
  const streams = new Map(state.streams);
  const records: PlacedRecord[] = [];
  const placeOf = new Map<string, number>();

  function write({ records: news, metadata }: AppendOperation): AppendResult {
    const revisions = new Map<string, number>();
    for (const [index, { stream, id, type, data }] of news.entries()) {
      const before = streams.get(stream) ?? NOTHING;
      const revision = before.last + 1;
      streams.set(stream, { ...before, last: revision });
      revisions.set(stream, revision);
      placeOf.set(placeKey(stream, revision), records.length);
      const position = state.end + 1 + records.length;
      records.push({ position, stream, revision, id, type, data, metadata: metadata[index] ?? '{}' });
    }
    return { ok: true, position: BigInt(state.end + records.length), revisions };
  }

  function around(anchor: Anchor, index: number, size: number): readonly Placed[] {
    const place = placeOf.get(placeKey(anchor.stream, anchor.revision));
    if (place !== undefined) return records.slice(Math.max(place - anchor.record, 0), place - anchor.record + size);
    const known = held.get(index);
    return known?.anchor.stream === anchor.stream && known.anchor.revision === anchor.revision ? known.events : [];
  }

  const results = batch.map((operation, index): AppendResult => {
    const violated = violatedBy(operation, streams);
    const anchor = anchorOf(operation, streams, violated);
    const before = anchor && resultBefore(operation, around(anchor, index, operation.records.length));
    if (before) return before;
    if (violated.length === 0) return write(operation);
    return {
      ok: false,
      violations: violated.map((check) => ({ ...check, actual: actualOf(streams.get(check.stream)) })),
    };
  });
  return { results, records };
}

/** The state that a check compares with. A deleted stream counts as none. */
function actualOf({ last, deletedThrough }: StreamState = NOTHING): Expected {
  return last === deletedThrough ? 'no-stream' : last;
}

function violatedBy({ checks }: AppendOperation, streams: ReadonlyMap<string, StreamState>): StreamCheck[] {
  return checks.filter(({ stream, expected }) => actualOf(streams.get(stream)) !== expected);
}

/**
 * Known from a written stream that has left its expected revision, or, if no written stream is checked, from the end of
 * the first one. Undefined if the operation can't have been carried out before.
 */
function anchorOf(
  { records, checks }: AppendOperation,
  streams: ReadonlyMap<string, StreamState>,
  violated: readonly StreamCheck[],
): Anchor | undefined {
  const firstRecordOf = (name: string) => records.findIndex(({ stream }) => stream === name);
  for (const { stream, expected } of violated) {
    const record = firstRecordOf(stream);
    if (record < 0) continue;
    const { deletedThrough } = streams.get(stream) ?? NOTHING;
    return { stream, revision: (expected === 'no-stream' ? deletedThrough : expected) + 1, record };
  }
  if (checks.some(({ stream }) => firstRecordOf(stream) >= 0)) return undefined;
  const stream = records[0]?.stream ?? '';
  const last = actualOf(streams.get(stream));
  const count = records.filter((record) => record.stream === stream).length;
  if (last === 'no-stream' || last + 1 < count) return undefined;
  return { stream, revision: last - count + 1, record: 0 };
}

/** The answer that the operation had before, if its records are the events found. */
function resultBefore({ records }: AppendOperation, found: readonly Placed[]): AppendResult | undefined {
  const last = found.at(-1);
  if (!last || found.length !== records.length) return undefined;
  if (!records.every(({ id, stream }, at) => id === found[at]?.id && stream === found[at]?.stream)) return undefined;
  return {
    ok: true,
    position: BigInt(last.position),
    revisions: new Map(found.map(({ stream, revision }) => [stream, revision])),
  };
}

/** Names of streams hold no space. */
function placeKey(stream: string, revision: number): string {
  return `${stream} ${revision}`;
}
