import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkAppend } from '../event-log/record-rules.js';
import { type AppendResult, type NewRecord, OutcomeUnknownError, type StreamCheck } from '../ports/event-log.js';
import {
  type BatchAnswer,
  type BatchRequest,
  DELETE,
  decodeAppendResult,
  encodeAppend,
  type NumberReader,
  readNumbers,
  TRUNCATE,
} from './log-wire.js';
import { startWriterThread } from './log-writer-thread.js';

/** The most operations, and about the most bytes, that one transaction takes. */
const MAX_BATCH_OPERATIONS = 512;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

export interface LogWriterOptions {
  readonly file: string;
  /** How long a batch waits for another process that writes, in ms. */
  readonly busyTimeout: number;
  /** The clock that events are stamped with, in ms since the epoch. */
  readonly now: () => number;
  /** Called after each batch that was committed. */
  readonly committed: () => void;
  /** The thread's script. */
  readonly script: URL;
}

/** What the writer has done since it was opened. */
export interface LogWriterCounts {
  /** Operations answered: appends, whatever their result, truncations and deletions. */
  readonly operations: number;
  /** Transactions committed; each waits for the disk once. */
  readonly commits: number;
  /** Threads that had to be started anew. */
  readonly restarts: number;
}

/** Gathers what is to be written at the same time into batches, and has each written in one transaction. */
export interface LogWriter {
  append(records: readonly NewRecord[], checks: readonly StreamCheck[]): Promise<AppendResult>;
  truncate(stream: string, before: number): Promise<void>;
  delete(stream: string): Promise<void>;
  counts(): LogWriterCounts;
  /** Takes no more, and lets what was asked for come to an end. */
  drain(): Promise<void>;
  /** Drains, then closes the file. */
  close(): Promise<void>;
}

interface Pending {
  readonly bytes: number;
  encode(request: BatchRequest): void;
  /** Reads the answer, and hands it to whoever waits. */
  settle(answer: NumberReader): void;
  reject(error: Error): void;
}

/**
 * Starts the writer.
 *
 * @throws if the file can't be opened
 */
export async function startLogWriter(options: LogWriterOptions): Promise<LogWriter> {
  let thread = await startWriterThread(options.script, { file: options.file, busyTimeout: options.busyTimeout });
  let queue: Pending[] = [];
  let pumping: Promise<void> | undefined;
  let closed = false;
  const counts = { operations: 0, commits: 0, restarts: 0 };

  function enqueue<T>(bytes: number, encode: Pending['encode'], decode: (answer: NumberReader) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (closed) {
        reject(new Error('The event log is closed'));
        return;
      }
      queue.push({ bytes, encode, settle: (answer) => resolve(decode(answer)), reject });
      pumping ??= pump();
    });
  }

  async function pump(): Promise<void> {
    while (queue.length > 0) {
      await nextTurn();
      const batch = takeBatch();
      try {
        settle(batch, await execute(encode(batch)));
      } catch (error) {
        const problem = error instanceof Error ? error : new Error(String(error));
        for (const pending of batch) pending.reject(problem);
      }
    }
    pumping = undefined;
  }

  function takeBatch(): Pending[] {
    let size = 0;
    let bytes = 0;
    for (const pending of queue) {
      bytes += pending.bytes;
      if (size > 0 && (size === MAX_BATCH_OPERATIONS || bytes > MAX_BATCH_BYTES)) break;
      size++;
    }
    const batch = queue.slice(0, size);
    queue = queue.slice(size);
    return batch;
  }

  function encode(batch: readonly Pending[]): BatchRequest {
    const request: BatchRequest = { recordedAt: options.now(), size: batch.length, numbers: [], texts: [] };
    for (const pending of batch) pending.encode(request);
    return request;
  }

  async function execute(request: BatchRequest): Promise<BatchAnswer> {
    if (thread.ended()) {
      thread = await startWriterThread(options.script, { file: options.file, busyTimeout: options.busyTimeout });
      counts.restarts++;
    }
    try {
      return await thread.execute(request);
    } catch (error) {
      throw new OutcomeUnknownError("The event log's writer ended before it answered", { cause: error });
    }
  }

  function settle(batch: readonly Pending[], answer: BatchAnswer): void {
    if ('failure' in answer) {
      throw answer.outcomeUnknown
        ? new OutcomeUnknownError(`The event log could not commit: ${answer.failure}`)
        : new Error(`The event log wrote nothing: ${answer.failure}`);
    }
    counts.operations += batch.length;
    counts.commits++;
    const numbers = readNumbers(answer.numbers);
    for (const pending of batch) pending.settle(numbers);
    options.committed();
  }

  async function drain(): Promise<void> {
    closed = true;
    await pumping;
  }

  return {
    async append(records, checks) {
      const { metadata, bytes } = checkAppend(records, checks);
      return enqueue(
        bytes,
        (request) => encodeAppend(request, records, metadata, checks),
        (answer) => decodeAppendResult(answer, records, checks),
      );
    },
    truncate: (stream, before) =>
      enqueue(
        stream.length,
        ({ numbers, texts }) => {
          numbers.push(TRUNCATE, before);
          texts.push(stream);
        },
        (answer) => void answer.next(),
      ),
    delete: (stream) =>
      enqueue(
        stream.length,
        ({ numbers, texts }) => {
          numbers.push(DELETE);
          texts.push(stream);
        },
        (answer) => void answer.next(),
      ),
    counts: () => ({ ...counts }),
    drain,
    async close() {
      await drain();
      if (!thread.ended()) await thread.close();
    },
  };
}
