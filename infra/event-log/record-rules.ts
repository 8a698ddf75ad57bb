import {
  InvalidRecordError,
  MAX_APPEND_BYTES,
  MAX_EVENT_BYTES,
  type NewRecord,
  type StreamCheck,
  TooLargeError,
} from '../ports/event-log.js';

/** Printable lower-case ASCII: a category without `-`, which doesn't start with `$`, then `-` and a key. */
const STREAM_NAME = /^(?!\$)[!-,.-@[-~]+-[!-@[-~]+$/;
const MAX_STREAM_NAME = 512;

/** Printable ASCII that doesn't start with `$`. */
const EVENT_TYPE = /^(?!\$)[!-~]{1,256}$/;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const RESERVED_KEYS_ALLOWED = new Set(['$correlationId', '$causationId']);

/** An append that keeps the rules: the metadata of each record as JSON text, and the bytes it all takes. */
export interface CheckedAppend {
  readonly metadata: readonly string[];
  readonly bytes: number;
}

/**
 * Checks an append against the rules that hold for every adapter (event-log-contract.md, "Append").
 *
 * @throws InvalidRecordError, TooLargeError
 */
export function checkAppend(records: readonly NewRecord[], checks: readonly StreamCheck[]): CheckedAppend {
  if (records.length === 0) throw new InvalidRecordError('An append needs at least one record');
  checkExpectations(checks);
  const metadata: string[] = [];
  let bytes = 0;
  for (const record of records) {
    const text = checkRecord(record);
    const size = Buffer.byteLength(record.data) + Buffer.byteLength(text);
    if (size > MAX_EVENT_BYTES) {
      throw new TooLargeError(`A ${record.type} takes ${size} bytes, the limit is ${MAX_EVENT_BYTES}`);
    }
    bytes += size;
    metadata.push(text);
  }
  if (bytes > MAX_APPEND_BYTES)
    throw new TooLargeError(`An append takes ${bytes} bytes, the limit is ${MAX_APPEND_BYTES}`);
  return { metadata, bytes };
}

/** @throws InvalidRecordError if the name isn't of the form `category-key` in lower-case ASCII */
export function checkStreamName(stream: string): void {
  if (stream.length > MAX_STREAM_NAME || !STREAM_NAME.test(stream)) {
    throw new InvalidRecordError(
      `A stream is named category-key, in printable lower-case ASCII, in at most ${MAX_STREAM_NAME} characters; not ${JSON.stringify(stream.slice(0, 100))}`,
    );
  }
}

/** @throws InvalidRecordError unless it is a revision: a whole number from 0 */
export function checkRevision(revision: number): void {
  if (!Number.isSafeInteger(revision) || revision < 0) {
    throw new InvalidRecordError(`A revision is a whole number from 0, not ${revision}`);
  }
}

function checkExpectations(checks: readonly StreamCheck[]): void {
  for (const { stream, expected } of checks) {
    checkStreamName(stream);
    if (expected !== 'no-stream') checkRevision(expected);
  }
  if (checks.length > 1 && new Set(checks.map((check) => check.stream)).size < checks.length) {
    throw new InvalidRecordError('An append checks each stream at most once');
  }
}

function checkRecord(record: NewRecord): string {
  checkStreamName(record.stream);
  if (!EVENT_TYPE.test(record.type)) {
    throw new InvalidRecordError('An event type is printable ASCII, at most 256 characters, without a leading $');
  }
  if (!UUID.test(record.id)) throw new InvalidRecordError('An event id is a UUID in lower case');
  for (const [key, value] of Object.entries(record.metadata)) {
    if (typeof value !== 'string') throw new InvalidRecordError(`Metadata are strings, "${key}" is not`);
    if (key.startsWith('$') && !RESERVED_KEYS_ALLOWED.has(key)) {
      throw new InvalidRecordError(`The metadata key "${key}" is reserved`);
    }
  }
  return JSON.stringify(record.metadata);
}
