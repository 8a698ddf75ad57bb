/** A place in the whole log: opaque, strictly increasing, with gaps (event-log-contract.md, "Reading and following"). */
export type Position = bigint;

/** Before the first event of the log. */
export const BEGINNING: Position = -1n;

/** An event to be written. The id is kept across retries of the same append. */
export interface NewRecord {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  /** JSON text. */
  readonly data: string;
  /** Flat strings; keys starting with `$` are reserved except `$correlationId` and `$causationId`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** An event as it stands in the log. */
export interface RecordedEvent extends NewRecord {
  readonly revision: number;
  readonly position: Position;
  /** When the log recorded it, ms since the epoch. For people to read; never to order by. */
  readonly recordedAt: number;
}

/** The state a stream must be in: no stream at all, or its last revision. */
export type Expected = 'no-stream' | number;

/** A condition of an append; the stream need not be one that it writes. */
export interface StreamCheck {
  readonly stream: string;
  readonly expected: Expected;
}

/** A violated check with the state that was found, which is authoritative. */
export interface Violation extends StreamCheck {
  readonly actual: Expected;
}

/** Either the position of the last event written, or every violated check and nothing written. */
export type AppendResult =
  | { readonly ok: true; readonly position: Position; readonly revisions: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** The most one event's data and metadata, and one append, may take, in bytes. */
export const MAX_EVENT_BYTES = 256 * 1024;
export const MAX_APPEND_BYTES = 512 * 1024;

/** Thrown before anything is sent: an event or an append is over the limits above. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** Thrown when a time-out or a broken connection leaves open whether the append happened: retry with the same ids. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
}

/** Thrown when a record or stream name breaks the contract (a fault of the caller). */
export class InvalidRecordError extends Error {
  override readonly name = 'InvalidRecordError';
}

export type StreamRead =
  | { readonly found: true; readonly events: readonly RecordedEvent[] }
  | { readonly found: false };

/** Which events a reader of the whole log wants: all of them, those of streams, or those of types, by prefix. */
export type LogFilter = { readonly streamPrefixes: readonly string[] } | { readonly typePrefixes: readonly string[] };

/** Tells a subscriber that it has handled everything there was, up to this position. */
export interface CaughtUp {
  readonly caughtUp: true;
  readonly position: Position;
}

/**
 * The event log. Reads throw StoreUnavailableError when no server answers in time. One contract suite holds for all
 * adapters: event-log-contract.md, test/contract/event-log.
 */
export interface EventLog {
  /**
   * Writes all records or none, adjacent in the log, when every check holds. Resolves once the write is durable.
   * A written stream without a check takes its records at whatever revision it has. Appending the same ids with the
   * same checks again returns the original outcome. Needs at least one record; checks a stream at most once.
   *
   * @throws TooLargeError, InvalidRecordError before anything is sent; OutcomeUnknownError; StoreUnavailableError if
   *   nothing was written
   */
  append(records: readonly NewRecord[], checks: readonly StreamCheck[]): Promise<AppendResult>;

  /**
   * Reads a stream from `from` (inclusive; default: its start, or its end when backwards). Past the end there is
   * nothing forwards, and the last event backwards.
   *
   * @throws InvalidRecordError if it can't be the name of a stream
   */
  readStream(
    stream: string,
    options?: { readonly from?: number; readonly direction?: 'forwards' | 'backwards'; readonly limit?: number },
  ): Promise<StreamRead>;

  /** The last revision of a stream, or 'no-stream'. */
  streamState(stream: string): Promise<Expected>;

  /** Reads at most `limit` events of the whole log that come after `after` (exclusive) and pass the filter. */
  readAll(options: {
    readonly after: Position;
    readonly limit: number;
    readonly filter?: LogFilter;
  }): Promise<readonly RecordedEvent[]>;

  /** The position of the last event in the log, or BEGINNING. */
  head(): Promise<Position>;

  /**
   * Follows the log after `after` (exclusive): every event that passes the filter once and in order, and a CaughtUp
   * whenever the end is reached. A slow consumer slows the feed. Ends when the signal aborts.
   */
  subscribe(options: {
    readonly after: Position;
    readonly filter?: LogFilter;
    readonly signal: AbortSignal;
  }): AsyncIterable<RecordedEvent | CaughtUp>;

  /**
   * Removes the events of a stream before a revision; the later ones keep their numbers. The stream keeps its last
   * revision even if none of its events can be read any more.
   */
  truncate(stream: string, before: number): Promise<void>;

  /** Hides a stream (soft delete): it reads as no stream, but a later append continues its revisions. */
  delete(stream: string): Promise<void>;

  close(): Promise<void>;
}
