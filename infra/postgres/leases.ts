import type { Leases } from '../ports/lease.js';
import { connectionPool, type PostgresPlace } from './connection.js';
import { translated } from './failures.js';
import { prepareSchema, type SchemaDefinition } from './schema.js';

const SCHEMA: SchemaDefinition = {
  what: 'table of leases',
  version: 1,
  statements:
    'CREATE TABLE leases (name text PRIMARY KEY, holder text NOT NULL, expires_at timestamp with time zone NOT NULL)',
};

const TAKE = `INSERT INTO leases AS held VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
    WHERE held.holder = excluded.holder OR held.expires_at < clock_timestamp()
  RETURNING name`;

const CONNECTIONS = 2;

/**
 * Opens the leases in a PostgreSQL database, by the clock of the server.
 *
 * @param url a connection string: `postgresql://user:password@host:port/database`
 * @param timeoutMs how long one call may take
 * @param schema of the table; made if there is none
 * @throws StoreUnavailableError if the database can't be reached
 */
export async function openPostgresLeases(
  url: string,
  timeoutMs: number,
  schema = 'annals_coordination',
): Promise<Leases> {
  const place: PostgresPlace = { url, schema, timeout: timeoutMs };
  await prepareSchema(place, SCHEMA);
  const pool = connectionPool(place, { max: CONNECTIONS });
  return {
    async take(name, holder, ttlMs) {
      try {
        return (await pool.query(TAKE, [name, holder, ttlMs])).rowCount === 1;
      } catch (error) {
        throw translated(error);
      }
    },
    async release(name, holder) {
      try {
        await pool.query('DELETE FROM leases WHERE name = $1 AND holder = $2', [name, holder]);
      } catch (error) {
        throw translated(error);
      }
    },
    close: () => pool.end(),
  };
}
