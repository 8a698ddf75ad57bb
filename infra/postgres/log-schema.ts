import type { SchemaDefinition } from './schema.js';

/**
 * The last event of a stream is never removed. So a stream's last revision is the highest one in `events`, the end of
 * the log is the highest position, and neither is ever given out twice. Nothing is updated for an append, so that
 * there is nothing to vacuum but what retention removes.
 *
 * A stream is deleted while its last revision equals `deleted_through`: the next event revives it by itself.
 */
export const LOG_SCHEMA: SchemaDefinition = {
  what: 'event log',
  version: 1,
  statements: `
    CREATE TABLE events (
      position bigint PRIMARY KEY,
      recorded_at bigint NOT NULL,
      id uuid NOT NULL,
      revision integer NOT NULL,
      stream text COLLATE "C" NOT NULL,
      category text COLLATE "C" NOT NULL,
      type text COLLATE "C" NOT NULL,
      metadata text NOT NULL,
      data text NOT NULL
    );
    CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
    CREATE INDEX events_by_category ON events (category, position);
    CREATE INDEX events_by_type ON events (type, position);
    CREATE TABLE stream_marks (
      stream text COLLATE "C" PRIMARY KEY,
      truncated_before integer NOT NULL DEFAULT 0,
      deleted_through integer NOT NULL DEFAULT -1
    );
  `,
};

/** The highest revision that the tables can hold. */
export const MAX_REVISION = 2 ** 31 - 1;
