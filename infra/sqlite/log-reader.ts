import type Database from 'better-sqlite3';
import type { LogScan } from '../event-log/follow-log.js';
import type { Expected, StreamRead } from '../ports/event-log.js';
import { EVENT_COLUMNS, type EventRow, toEvent } from './log-rows.js';
import { prepareLogScan } from './log-scan.js';

export interface StreamReadOptions {
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
}

/** The read side of the log, over a connection of its own. */
export interface LogReader {
  readStream(stream: string, options: StreamReadOptions): StreamRead;
  streamState(stream: string): Expected;
  /** The position of the last event, or -1. */
  end(): number;
  scan: LogScan;
}

interface StreamSpan {
  readonly id: number;
  /** The first revision that can be seen. */
  readonly first: number;
  readonly last: number;
  readonly deleted: 0 | 1;
}

const EVERYTHING = -1;

/** Prepares the statements of the read side. */
export function prepareLogReader(db: Database.Database): LogReader {
  const selectEnd = db.prepare<[], number | null>('SELECT max(position) FROM events').pluck();
  const selectSpan = db.prepare<[string], StreamSpan>(
    `SELECT id, first, last, deleted_through = last AS deleted FROM (
       SELECT id, deleted_through, max(truncated_before, deleted_through + 1) AS first,
         (SELECT max(revision) FROM events WHERE stream = streams.id) AS last
       FROM streams WHERE name = ?)`,
  );
  const select = (order: 'ASC' | 'DESC') =>
    db
      .prepare<[number, number, number, number], EventRow>(
        `SELECT ${EVENT_COLUMNS} FROM events AS e
           CROSS JOIN streams AS s ON s.id = e.stream CROSS JOIN event_types AS t ON t.id = e.type
         WHERE e.stream = ? AND e.revision BETWEEN ? AND ? ORDER BY e.revision ${order} LIMIT ?`,
      )
      .raw();
  const forwards = select('ASC');
  const backwards = select('DESC');
  const end = () => selectEnd.get() ?? -1;

  return {
    readStream(stream, { from, direction = 'forwards', limit = EVERYTHING }) {
      const span = selectSpan.get(stream);
      if (span === undefined || span.deleted) return { found: false };
      const rows =
        direction === 'forwards'
          ? forwards.all(span.id, Math.max(span.first, from ?? 0), span.last, limit)
          : backwards.all(span.id, span.first, Math.min(span.last, from ?? span.last), limit);
      return { found: true, events: rows.map(toEvent) };
    },
    streamState(stream) {
      const span = selectSpan.get(stream);
      return span === undefined || span.deleted ? 'no-stream' : span.last;
    },
    end,
    scan: prepareLogScan(db, end),
  };
}
