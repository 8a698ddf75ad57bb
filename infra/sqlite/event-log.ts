import { followLog } from '../event-log/follow-log.js';
import { checkRevision, checkStreamName } from '../event-log/record-rules.js';
import type { EventLog } from '../ports/event-log.js';
import { prepareLogReader } from './log-reader.js';
import { openLogForReading } from './log-schema.js';
import { watchLog } from './log-watch.js';
import { type LogWriterCounts, startLogWriter } from './log-writer.js';

export interface SqliteEventLogOptions {
  /** The database file; made if there is none. Its folder must exist. */
  readonly file: string;
  /** How often a subscription looks for what other processes wrote, in ms (200). */
  readonly pollInterval?: number;
  /** How long to wait for another process that writes, in ms (5,000). */
  readonly busyTimeout?: number;
  /** The clock that events are stamped with, in ms since the epoch. */
  readonly now?: () => number;
}

export interface SqliteEventLog extends EventLog {
  /** What the writer has done since the log was opened, for metrics. */
  counts(): LogWriterCounts;
}

/**
 * Opens the event log in an SQLite file. Several processes may have it open and write to it. Appends that are made at
 * the same time share one transaction. It keeps the process alive until it is closed.
 *
 * @throws if the file can't be opened, or was written by a newer version
 */
export async function openSqliteEventLog(options: SqliteEventLogOptions): Promise<SqliteEventLog> {
  const { file, pollInterval = 200, busyTimeout = 5_000, now = Date.now } = options;
  const writer = await startLogWriter({
    file,
    busyTimeout,
    now,
    committed: () => watch.check(),
    script: new URL('./log-writer-worker.js', import.meta.url),
  });
  const db = await orElse(() => openLogForReading(file, busyTimeout), writer.close);
  const reader = prepareLogReader(db);
  const watch = watchLog(reader.end, pollInterval);
  const closing = new AbortController();

  return {
    append: writer.append,
    async readStream(stream, options = {}) {
      checkStreamName(stream);
      return reader.readStream(stream, options);
    },
    async streamState(stream) {
      checkStreamName(stream);
      return reader.streamState(stream);
    },
    async readAll({ after, limit, filter }) {
      return (await reader.scan(Number(after), limit, filter)).events;
    },
    head: async () => BigInt(reader.end()),
    subscribe: ({ after, filter, signal }) =>
      followLog(reader, watch, {
        after,
        ...(filter && { filter }),
        signal: AbortSignal.any([signal, closing.signal]),
      }),
    async truncate(stream, before) {
      checkStreamName(stream);
      checkRevision(before);
      await writer.truncate(stream, before);
    },
    async delete(stream) {
      checkStreamName(stream);
      await writer.delete(stream);
    },
    counts: writer.counts,
    async close() {
      closing.abort();
      await writer.drain();
      // The last connection to close tidies up the write-ahead log, which only the writer's can.
      db.close();
      await writer.close();
    },
  };
}

/** Undoes what was done before when a step fails. */
async function orElse<T>(step: () => T, undo: () => Promise<void>): Promise<T> {
  try {
    return step();
  } catch (error) {
    await undo();
    throw error;
  }
}
