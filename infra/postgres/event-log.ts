import { followLog } from '../event-log/follow-log.js';
import { checkRevision, checkStreamName } from '../event-log/record-rules.js';
import type { EventLog } from '../ports/event-log.js';
import type { PostgresPlace } from './connection.js';
import { openLogReader } from './log-reader.js';
import { LOG_SCHEMA, MAX_REVISION } from './log-schema.js';
import { watchLog } from './log-watch.js';
import { type LogWriterCounts, openLogWriter } from './log-writer.js';
import { throughFaults } from './retry.js';
import { prepareSchema } from './schema.js';

export interface PostgresEventLogOptions {
  /** A connection string: `postgresql://user:password@host:port/database`. The database is in UTF-8. */
  readonly url: string;
  /** The schema of the log's tables (`annals_log`); made if there is none. */
  readonly schema?: string;
  /** How long a call goes on trying, and the server may take for one statement, in ms (10,000). */
  readonly timeout?: number;
  /** How often a subscription looks for what it was not notified of, in ms (1,000). */
  readonly pollInterval?: number;
  /** How many connections read (4). One more writes, and one listens. */
  readonly readers?: number;
  /** The clock that events are stamped with, in ms since the epoch. */
  readonly now?: () => number;
}

export interface PostgresEventLog extends EventLog {
  /** What the writer has done since the log was opened, for metrics. */
  counts(): LogWriterCounts;
}

/**
 * Opens the event log in a PostgreSQL database. Any number of processes may have it open and write to it. Appends that
 * a process makes at the same time share one transaction.
 *
 * @throws StoreUnavailableError if the database can't be reached; Error if it holds a log of another version
 */
export async function openPostgresEventLog(options: PostgresEventLogOptions): Promise<PostgresEventLog> {
  const { url, schema = 'annals_log', timeout = 10_000, pollInterval = 1_000, readers = 4, now = Date.now } = options;
  const place: PostgresPlace = { url, schema, timeout };
  await prepareSchema(place, LOG_SCHEMA);
  const channel = `${schema}_events`;
  const reader = openLogReader(place, readers);
  const watch = watchLog({ ...place, channel, pollInterval, end: reader.end });
  const writer = openLogWriter({ ...place, channel, now, committed: watch.raise });
  const closing = new AbortController();

  return {
    append: writer.append,
    async readStream(stream, read = {}) {
      checkStreamName(stream);
      return reader.readStream(stream, read);
    },
    async streamState(stream) {
      checkStreamName(stream);
      return reader.streamState(stream);
    },
    async readAll({ after, limit, filter }) {
      return (await reader.scan(Number(after), limit, filter)).events;
    },
    head: async () => BigInt(await reader.end()),
    subscribe({ after, filter, signal }) {
      const ended = AbortSignal.any([signal, closing.signal]);
      const scan: typeof reader.scan = (...page) => throughFaults(() => reader.scan(...page), ended);
      return followLog({ scan }, watch, { after, ...(filter && { filter }), signal: ended });
    },
    async truncate(stream, before) {
      checkStreamName(stream);
      checkRevision(before);
      await writer.truncate(stream, Math.min(before, MAX_REVISION));
    },
    async delete(stream) {
      checkStreamName(stream);
      await writer.delete(stream);
    },
    counts: writer.counts,
    async close() {
      closing.abort();
      await writer.close();
      await watch.close();
      await reader.close();
    },
  };
}
