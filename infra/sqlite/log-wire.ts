import type { AppendResult, Expected, NewRecord, StreamCheck, Violation } from '../ports/event-log.js';

/*
 * How a batch of operations travels to the writer's thread and back: flat arrays of strings and numbers, because
 * cloning an object per record would cost more than writing it.
 */

/** The first number of each operation. */
export const APPEND = 0;
export const TRUNCATE = 1;
export const DELETE = 2;

/** The first number of each answer. */
export const DONE = 0;
export const VIOLATED = 1;

/** A revision of a stream that isn't there. */
export const NO_STREAM = -1;

/** One or more operations for one transaction. */
export interface BatchRequest {
  readonly recordedAt: number;
  /** How many operations. */
  readonly size: number;
  /**
   * `APPEND, records, checks, ...expected revision per check`, `TRUNCATE, before`, or `DELETE`.
   */
  readonly numbers: number[];
  /** `stream, id, type, data, metadata` per record, then `stream` per check; `stream`; `stream`. */
  readonly texts: string[];
}

/** The answers in the order of the operations, or why there are none. */
export type BatchAnswer =
  | {
      /** `DONE, position, ...revision per record`, `VIOLATED, violations, ...check and actual revision`, or `DONE`. */
      readonly numbers: readonly number[];
    }
  | {
      readonly failure: string;
      /** Whether the commit had begun, so that nobody knows if the batch was written. */
      readonly outcomeUnknown: boolean;
    };

/** What the writer's thread says: that it has opened the file, then an answer per request. */
export type FromWriterThread = 'ready' | BatchAnswer;
export type ToWriterThread = 'close' | BatchRequest;

/** Adds an append to a request. */
export function encodeAppend(
  request: BatchRequest,
  records: readonly NewRecord[],
  metadata: readonly string[],
  checks: readonly StreamCheck[],
): void {
  const { numbers, texts } = request;
  numbers.push(APPEND, records.length, checks.length);
  for (const [index, record] of records.entries()) {
    texts.push(record.stream, record.id, record.type, record.data, metadata[index] ?? '{}');
  }
  for (const check of checks) {
    numbers.push(check.expected === 'no-stream' ? NO_STREAM : check.expected);
    texts.push(check.stream);
  }
}

/** Reads the numbers of a batch in order. */
export interface NumberReader {
  next(): number;
}

export function readNumbers(numbers: readonly number[]): NumberReader {
  let at = 0;
  return {
    next() {
      const value = numbers[at++];
      if (value === undefined) throw new Error('A batch of the event log ended too early');
      return value;
    },
  };
}

/** Reads the answer to one append. */
export function decodeAppendResult(
  answer: NumberReader,
  records: readonly NewRecord[],
  checks: readonly StreamCheck[],
): AppendResult {
  if (answer.next() === DONE) {
    const position = BigInt(answer.next());
    const revisions = new Map<string, number>();
    for (const record of records) revisions.set(record.stream, answer.next());
    return { ok: true, position, revisions };
  }
  const violations: Violation[] = [];
  for (let count = answer.next(); count > 0; count--) {
    const check = checks[answer.next()];
    const actual = answer.next();
    if (check) violations.push({ ...check, actual: toExpected(actual) });
  }
  return { ok: false, violations };
}

/** The port's word for a last revision. */
export function toExpected(revision: number): Expected {
  return revision === NO_STREAM ? 'no-stream' : revision;
}
