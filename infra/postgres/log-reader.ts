import type { LogScan } from '../event-log/follow-log.js';
import type { Expected, StreamRead } from '../ports/event-log.js';
import { connectionPool, type PostgresPlace } from './connection.js';
import { EVENT_COLUMNS, type MaybeEventRow, toEvents } from './log-rows.js';
import { prepareLogScan, type Read } from './log-scan.js';
import { MAX_REVISION } from './log-schema.js';
import { throughFaults } from './retry.js';

export interface StreamReadOptions {
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
}

/** The read side of the log, over a few connections of its own. Reads are made again while the failure may pass. */
export interface LogReader {
  readStream(stream: string, options: StreamReadOptions): Promise<StreamRead>;
  streamState(stream: string): Promise<Expected>;
  /** The position of the last event, or -1. */
  end(): Promise<number>;
  scan: LogScan;
  close(): Promise<void>;
}

const SPAN = `SELECT s.last, GREATEST(m.truncated_before, m.deleted_through + 1, 0) AS first
  FROM (SELECT max(revision) AS last FROM events WHERE stream = $1) AS s
    LEFT JOIN stream_marks AS m ON m.stream = $1
  WHERE s.last IS NOT NULL AND s.last <> COALESCE(m.deleted_through, -1)`;

/** No row says that there is no stream, a row without an event that there are none in the range. */
const SELECT_STREAM = {
  forwards: `SELECT ${EVENT_COLUMNS} FROM (${SPAN}) AS s LEFT JOIN LATERAL (
      SELECT * FROM events WHERE stream = $1 AND revision >= GREATEST(s.first, $2::int) ORDER BY revision LIMIT $3
    ) AS e ON true ORDER BY e.revision`,
  backwards: `SELECT ${EVENT_COLUMNS} FROM (${SPAN}) AS s LEFT JOIN LATERAL (
      SELECT * FROM events WHERE stream = $1 AND revision >= s.first AND revision <= LEAST(s.last, $2::int)
      ORDER BY revision DESC LIMIT $3
    ) AS e ON true ORDER BY e.revision DESC`,
};
const SELECT_END = 'SELECT max(position) AS end FROM events';

/** @param connections how many at most */
export function openLogReader(place: PostgresPlace, connections: number): LogReader {
  const pool = connectionPool(place, { max: connections });

  const read: Read = (query) =>
    throughFaults(async () => (await pool.query(query)).rows, performance.now() + place.timeout);

  async function end(): Promise<number> {
    const [row] = await read<{ end: string | null }>({ name: 'log-end', text: SELECT_END, values: [] });
    return Number(row?.end ?? -1);
  }

  return {
    async readStream(stream, { from, direction = 'forwards', limit }) {
      const start = Math.min(from ?? (direction === 'forwards' ? 0 : MAX_REVISION), MAX_REVISION);
      const rows = await read<MaybeEventRow>({
        name: `log-stream-${direction}`,
        text: SELECT_STREAM[direction],
        values: [stream, start, limit ?? null],
      });
      return rows.length === 0 ? { found: false } : { found: true, events: toEvents(rows) };
    },
    async streamState(stream) {
      const [row] = await read<{ last: number }>({ name: 'log-span', text: SPAN, values: [stream] });
      return row?.last ?? 'no-stream';
    },
    end,
    scan: prepareLogScan(read, end),
    close: () => pool.end(),
  };
}
