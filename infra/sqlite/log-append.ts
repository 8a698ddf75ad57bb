import type { LogTables, StreamRow } from './log-tables.js';
import { DONE, NO_STREAM, VIOLATED } from './log-wire.js';

/** One append as it came over the wire: the texts of its records and checks, and the checks' expected revisions. */
export interface AppendOperation {
  readonly texts: readonly string[];
  /** Where the operation starts in `texts`: five per record, then one per check. */
  readonly start: number;
  readonly records: number;
  readonly expected: readonly number[];
}

const TEXTS_PER_RECORD = 5;

/** How many entries of `texts` an operation takes. */
export function textsOf(operation: AppendOperation): number {
  return operation.records * TEXTS_PER_RECORD + operation.expected.length;
}

/**
 * Carries out one append inside the running transaction and adds its answer to `answer`. Writes nothing if a check is
 * violated, or if the log holds this very append already (event-log-contract.md, "Idempotent retry").
 */
export function append(tables: LogTables, operation: AppendOperation, recordedAt: number, answer: number[]): void {
  const violated = violatedChecks(tables, operation);
  const retried = anchorOf(tables, operation, violated);
  if (retried !== undefined && answerAsBefore(tables, operation, retried, answer)) return;
  if (violated.length === 0) write(tables, operation, recordedAt, answer);
  else {
    answer.push(VIOLATED, violated.length);
    for (const check of violated) answer.push(check, lastRevision(tables.stream(checkedStream(operation, check))));
  }
}

/** The revision that a check compares with. A deleted stream counts as none. */
function lastRevision(stream: StreamRow | undefined): number {
  return stream === undefined || stream.last === stream.deletedThrough ? NO_STREAM : stream.last;
}

function violatedChecks(tables: LogTables, operation: AppendOperation): number[] {
  const violated: number[] = [];
  for (const [check, expected] of operation.expected.entries()) {
    if (lastRevision(tables.stream(checkedStream(operation, check))) !== expected) violated.push(check);
  }
  return violated;
}

function write(tables: LogTables, operation: AppendOperation, recordedAt: number, answer: number[]): void {
  const { texts, start, records } = operation;
  answer.push(DONE, tables.end() + records);
  for (let record = 0; record < records; record++) {
    const at = start + record * TEXTS_PER_RECORD;
    const stream = tables.streamToWrite(text(texts, at));
    tables.insert(
      stream,
      text(texts, at + 1),
      text(texts, at + 2),
      text(texts, at + 3),
      text(texts, at + 4),
      recordedAt,
    );
    answer.push(stream.last);
  }
}

/**
 * The position at which the operation's first record would stand if the operation had been carried out before. Known
 * from a written stream that has left its expected revision, or, if no written stream is checked, from the end of the
 * first one. Undefined if it can't have been.
 */
function anchorOf(tables: LogTables, operation: AppendOperation, violated: readonly number[]): number | undefined {
  for (const check of violated) {
    const name = checkedStream(operation, check);
    const record = firstRecordOf(operation, name);
    if (record === undefined) continue;
    const stream = tables.stream(name);
    const expected = operation.expected[check] ?? NO_STREAM;
    const revision = expected === NO_STREAM ? (stream?.deletedThrough ?? NO_STREAM) + 1 : expected + 1;
    return firstPosition(tables, stream, revision, record);
  }
  if (operation.expected.some((_, check) => firstRecordOf(operation, checkedStream(operation, check)) !== undefined)) {
    return undefined;
  }
  const name = writtenStream(operation, 0);
  const stream = tables.stream(name);
  if (stream === undefined || lastRevision(stream) === NO_STREAM) return undefined;
  let count = 0;
  for (let record = 0; record < operation.records; record++) {
    if (writtenStream(operation, record) === name) count++;
  }
  return firstPosition(tables, stream, stream.last - count + 1, 0);
}

function firstPosition(
  tables: LogTables,
  stream: StreamRow | undefined,
  revision: number,
  record: number,
): number | undefined {
  const position = stream && tables.position(stream, revision);
  return position === undefined ? undefined : position - record;
}

/** Whether the operation's records are what the log holds from `first` on; if so, answers with where they stand. */
function answerAsBefore(tables: LogTables, operation: AppendOperation, first: number, answer: number[]): boolean {
  const found = tables.idsBetween(first, first + operation.records - 1);
  if (found.length !== operation.records) return false;
  for (const [record, { stream, id }] of found.entries()) {
    if (id !== text(operation.texts, operation.start + record * TEXTS_PER_RECORD + 1)) return false;
    if (stream !== tables.stream(writtenStream(operation, record))?.id) return false;
  }
  answer.push(DONE, first + operation.records - 1, ...found.map(({ revision }) => revision));
  return true;
}

function firstRecordOf(operation: AppendOperation, stream: string): number | undefined {
  for (let record = 0; record < operation.records; record++) {
    if (writtenStream(operation, record) === stream) return record;
  }
  return undefined;
}

function writtenStream({ texts, start }: AppendOperation, record: number): string {
  return text(texts, start + record * TEXTS_PER_RECORD);
}

function checkedStream({ texts, start, records }: AppendOperation, check: number): string {
  return text(texts, start + records * TEXTS_PER_RECORD + check);
}

function text(texts: readonly string[], at: number): string {
  const value = texts[at];
  if (value === undefined) throw new Error('A batch of the event log ended too early');
  return value;
}
