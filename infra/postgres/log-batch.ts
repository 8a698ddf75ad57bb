import type { Client } from 'pg';
import type { AppendResult } from '../ports/event-log.js';
import { OutcomeUnknownError } from '../ports/event-log.js';
import { isAnswer } from './failures.js';
import {
  type Anchor,
  type AppendOperation,
  anchorsIn,
  decideBatch,
  type Held,
  type LogState,
  type Placed,
  type PlacedRecord,
  type StreamState,
  streamsOf,
} from './log-append.js';

/** Positions and states are read after the lock is held: each statement sees what was committed before it began. */
const SELECT_END = { name: 'log-end', text: 'SELECT max(position) AS end FROM events' };
const SELECT_STATES = {
  name: 'log-states',
  text: `SELECT n.name, (SELECT max(revision) FROM events WHERE stream = n.name) AS last, m.deleted_through
    FROM unnest($1::text[]) AS n(name) LEFT JOIN stream_marks AS m ON m.stream = n.name`,
};
const SELECT_HELD = {
  name: 'log-held',
  text: `SELECT a.operation, e.position, e.stream, e.revision, e.id
    FROM unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::int[]) AS a(operation, stream, revision, record, size)
      JOIN events AS f ON f.stream = a.stream AND f.revision = a.revision
      JOIN events AS e ON e.position BETWEEN f.position - a.record AND f.position - a.record + a.size - 1
    ORDER BY a.operation, e.position`,
};
const INSERT = {
  name: 'log-insert',
  text: `INSERT INTO events (recorded_at, position, id, revision, stream, category, type, metadata, data)
    SELECT $1, r.position, r.id, r.revision, r.stream, split_part(r.stream, '-', 1), r.type, r.metadata, r.data
    FROM unnest($2::bigint[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[])
      AS r(position, id, revision, stream, type, metadata, data)`,
};

export interface BatchOptions {
  /** The statement that takes the lock of all writers. */
  readonly lock: string;
  /** The channel on which followers are told. */
  readonly channel: string;
  /** ms since the epoch. */
  readonly recordedAt: number;
}

export interface BatchOutcome {
  readonly results: readonly AppendResult[];
  /** The position of the last event in the log, or -1. */
  readonly end: number;
}

/**
 * Carries out a batch in one transaction of two round trips: lock and look, write and commit. A batch that may be in
 * the log already takes a third one.
 *
 * @param client sends statements without waiting for the one before
 * @throws OutcomeUnknownError if the batch may have been written; after any other failure it has not been
 */
export async function appendBatch(
  client: Client,
  batch: readonly AppendOperation[],
  options: BatchOptions,
): Promise<BatchOutcome> {
  const state = await lockAndLook(client, batch, options.lock);
  const { results, records } = decideBatch(batch, state, await readHeld(client, batch, state));
  if (records.length === 0) {
    await client.query('ROLLBACK');
    return { results, end: state.end };
  }
  await writeAndCommit(client, records, state.end + records.length, options);
  return { results, end: state.end + records.length };
}

async function lockAndLook(client: Client, batch: readonly AppendOperation[], lock: string): Promise<LogState> {
  const names = streamsOf(batch);
  const [, , ends, states] = await allOf([
    client.query('BEGIN'),
    client.query(lock),
    client.query<{ end: string | null }>(SELECT_END),
    client.query<{ name: string; last: number | null; deleted_through: number | null }>({
      ...SELECT_STATES,
      values: [names],
    }),
  ] as const);
  const streams = new Map<string, StreamState>();
  for (const { name, last, deleted_through } of states.rows) {
    if (last !== null) streams.set(name, { last, deletedThrough: deleted_through ?? -1 });
  }
  return { end: Number(ends.rows[0]?.end ?? -1), streams };
}

async function readHeld(
  client: Client,
  batch: readonly AppendOperation[],
  state: LogState,
): Promise<ReadonlyMap<number, Held>> {
  const anchors = [...anchorsIn(batch, state)];
  if (anchors.length === 0) return new Map();
  const column = <T>(value: (anchor: Anchor, operation: number) => T): T[] =>
    anchors.map(([operation, anchor]) => value(anchor, operation));
  const { rows } = await client.query<Omit<Placed, 'position'> & { operation: number; position: string }>({
    ...SELECT_HELD,
    values: [
      column((_, operation) => operation),
      column(({ stream }) => stream),
      column(({ revision }) => revision),
      column(({ record }) => record),
      column((_, operation) => batch[operation]?.records.length ?? 0),
    ],
  });
  const held = new Map(anchors.map(([operation, anchor]) => [operation, { anchor, events: [] as Placed[] }]));
  for (const { operation, position, stream, revision, id } of rows)
    held.get(operation)?.events.push({ position: Number(position), stream, revision, id });
  return held;
}

async function writeAndCommit(
  client: Client,
  records: readonly PlacedRecord[],
  end: number,
  { channel, recordedAt }: BatchOptions,
): Promise<void> {
  const column = <T>(value: (record: PlacedRecord) => T): T[] => records.map(value);
  const insert = client.query({
    ...INSERT,
    values: [
      recordedAt,
      column(({ position }) => position),
      column(({ id }) => id),
      column(({ revision }) => revision),
      column(({ stream }) => stream),
      column(({ type }) => type),
      column(({ metadata }) => metadata),
      column(({ data }) => data),
    ],
  });
  const notify = client.query('SELECT pg_notify($1, $2)', [channel, String(end)]);
  const commit = client.query('COMMIT');
  const [inserted, notified, committed] = await Promise.allSettled([insert, notify, commit]);
  for (const written of [inserted, notified]) {
    if (written.status === 'rejected' && isAnswer(written.reason)) throw written.reason;
  }
  if (committed.status === 'rejected')
    throw new OutcomeUnknownError('The connection to PostgreSQL broke while the event log was being written', {
      cause: committed.reason,
    });
  if (committed.value.command !== 'COMMIT')
    throw new Error(`PostgreSQL answered COMMIT with ${committed.value.command}`);
}

/** Waits for all before the first failure is thrown, so that none is left unhandled. */
async function allOf<T extends readonly Promise<unknown>[]>(
  statements: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(statements);
  return Promise.all(statements);
}
