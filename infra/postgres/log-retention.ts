import type { Client } from 'pg';

/** Removes what stands before a revision and can't be read any more, except for the stream's last event. */
const REMOVE = `DELETE FROM events WHERE stream = $1
  AND revision < LEAST($2::int, (SELECT max(revision) FROM events WHERE stream = $1))`;

const MARK_TRUNCATED = `INSERT INTO stream_marks AS m (stream, truncated_before)
  SELECT $1, LEAST($2::int, max(revision) + 1) FROM events WHERE stream = $1 HAVING max(revision) IS NOT NULL
  ON CONFLICT (stream) DO UPDATE SET truncated_before = GREATEST(m.truncated_before, excluded.truncated_before)`;

const MARK_DELETED = `INSERT INTO stream_marks AS m (stream, deleted_through)
  SELECT $1, max(revision) FROM events WHERE stream = $1 HAVING max(revision) IS NOT NULL
  ON CONFLICT (stream) DO UPDATE SET deleted_through = excluded.deleted_through`;

const ALL = 2 ** 31 - 1;

/** The port's `truncate`, in a transaction of its own. It may be carried out again. */
export function truncateStream(client: Client, lock: string, stream: string, before: number): Promise<void> {
  return underLock(client, lock, async () => {
    await client.query(MARK_TRUNCATED, [stream, before]);
    await client.query(REMOVE, [stream, before]);
  });
}

/** The port's `delete`, in a transaction of its own. It may be carried out again. */
export function deleteStream(client: Client, lock: string, stream: string): Promise<void> {
  return underLock(client, lock, async () => {
    await client.query(MARK_DELETED, [stream]);
    await client.query(REMOVE, [stream, ALL]);
  });
}

async function underLock(client: Client, lock: string, run: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  await client.query(lock);
  await run();
  await client.query('COMMIT');
}
