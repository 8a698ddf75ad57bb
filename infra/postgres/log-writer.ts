import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkAppend } from '../event-log/record-rules.js';
import type { AppendResult, NewRecord, StreamCheck } from '../ports/event-log.js';
import { lockStatement, type PostgresPlace } from './connection.js';
import type { AppendOperation } from './log-append.js';
import { appendBatch } from './log-batch.js';
import { writerConnection } from './log-connection.js';
import { deleteStream, truncateStream } from './log-retention.js';

/** The most appends, and about the most bytes, that one transaction takes. */
const MAX_BATCH_APPENDS = 512;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

export interface LogWriterOptions extends PostgresPlace {
  readonly channel: string;
  /** The clock that events are stamped with, in ms since the epoch. */
  readonly now: () => number;
  /** Told of the log's end after each transaction. */
  readonly committed: (end: number) => void;
}

/** What the writer has done since it was opened. */
export interface LogWriterCounts {
  /** Appends answered, whatever their result. */
  readonly appends: number;
  /** Transactions that answered them. */
  readonly transactions: number;
}

/** Gathers what is to be written at the same time into batches, and has each written in one transaction. */
export interface LogWriter {
  append(records: readonly NewRecord[], checks: readonly StreamCheck[]): Promise<AppendResult>;
  truncate(stream: string, before: number): Promise<void>;
  delete(stream: string): Promise<void>;
  counts(): LogWriterCounts;
  /** Takes no more, lets what was asked for come to an end, and closes the connection. */
  close(): Promise<void>;
}

interface PendingAppend extends AppendOperation {
  readonly bytes: number;
  resolve(result: AppendResult): void;
  reject(error: unknown): void;
}

/** What is asked of the writer, in the order in which it was: an append, or something that takes a transaction of its own. */
type Pending = PendingAppend | (() => Promise<void>);

/** Makes the writer of a log whose tables are there. */
export function openLogWriter(options: LogWriterOptions): LogWriter {
  const { channel, now, committed } = options;
  const lock = lockStatement(`annals ${options.schema} append`);
  const connection = writerConnection(options);
  let queue: Pending[] = [];
  let pumping: Promise<void> | undefined;
  let closed = false;
  const counts = { appends: 0, transactions: 0 };

  async function pump(): Promise<void> {
    while (queue.length > 0) {
      await nextTurn();
      const batch = takeBatch();
      if (batch.length > 0) await write(batch);
      else await takeOther()?.();
    }
    pumping = undefined;
  }

  function takeBatch(): PendingAppend[] {
    const batch: PendingAppend[] = [];
    let bytes = 0;
    for (const pending of queue) {
      if (typeof pending === 'function') break;
      bytes += pending.bytes;
      if (batch.length > 0 && (batch.length === MAX_BATCH_APPENDS || bytes > MAX_BATCH_BYTES)) break;
      batch.push(pending);
    }
    queue = queue.slice(batch.length);
    return batch;
  }

  function takeOther(): (() => Promise<void>) | undefined {
    const next = queue.shift();
    return typeof next === 'function' ? next : undefined;
  }

  async function write(batch: readonly PendingAppend[]): Promise<void> {
    try {
      const recordedAt = now();
      const { results, end } = await connection.run((client) =>
        appendBatch(client, batch, { lock, channel, recordedAt }),
      );
      counts.appends += batch.length;
      counts.transactions++;
      committed(end);
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      for (const pending of batch) pending.reject(error);
    }
  }

  function enqueue(pending: Pending): void {
    queue.push(pending);
    pumping ??= pump();
  }

  function retention(run: Parameters<typeof connection.run<void>>[0]): Promise<void> {
    if (closed) return Promise.reject(new Error('The event log is closed'));
    return new Promise((resolve, reject) => {
      enqueue(() => connection.run(run).then(resolve, reject));
    });
  }

  return {
    async append(records, checks) {
      const { metadata, bytes } = checkAppend(records, checks);
      if (closed) throw new Error('The event log is closed');
      return new Promise((resolve, reject) => {
        enqueue({ records, metadata, checks, bytes, resolve, reject });
      });
    },
    truncate: (stream, before) => retention((client) => truncateStream(client, lock, stream, before)),
    delete: (stream) => retention((client) => deleteStream(client, lock, stream)),
    counts: () => ({ ...counts }),
    async close() {
      closed = true;
      await pumping;
      await connection.close();
    },
  };
}
