import { Client } from 'pg';
import { clientConfig, type PostgresPlace } from './connection.js';
import { translated } from './failures.js';

/**
 * Takes a lock that one process can hold at a time, and that the server gives back when the connection ends.
 *
 * @returns what gives the lock back, or undefined if somebody holds it
 * @throws StoreUnavailableError
 */
export async function takeSessionLock(place: PostgresPlace, name: string): Promise<(() => Promise<void>) | undefined> {
  const client = new Client(clientConfig(place));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [name],
    );
    if (rows[0]?.taken) return () => client.end();
  } catch (error) {
    await client.end();
    throw translated(error);
  }
  await client.end();
  return undefined;
}
