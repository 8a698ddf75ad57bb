import { type ClientConfig, escapeIdentifier, escapeLiteral, Pool, type PoolConfig } from 'pg';

/** Where an adapter's tables are, and how long it waits. */
export interface PostgresPlace {
  /** A connection string: `postgresql://user:password@host:port/database`. */
  readonly url: string;
  /** The schema that holds the tables; lower-case letters, digits and `_`. */
  readonly schema: string;
  /** How long the server may take for one statement, and for one lock, in ms. */
  readonly timeout: number;
}

const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,47}$/;
const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * How every connection of Annals is made. The client has a timer of its own, behind the server's: a server that is
 * frozen or cut off ends no statement. A session that is idle inside a transaction is ended by the server, so that a
 * frozen process can't keep a lock from the others for as long as they wait for it.
 *
 * @throws if the schema's name is none
 */
export function clientConfig({ url, schema, timeout }: PostgresPlace): ClientConfig {
  if (!SCHEMA_NAME.test(schema)) {
    throw new Error(
      `A PostgreSQL schema of Annals is named in a-z, 0-9 and _, in at most 48 characters; not ${schema}`,
    );
  }
  return {
    connectionString: url,
    application_name: 'annals',
    options: `-c search_path=${schema} -c jit=off`,
    statement_timeout: timeout,
    lock_timeout: timeout,
    idle_in_transaction_session_timeout: timeout / 2,
    query_timeout: timeout + timeout / 2,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  };
}

/**
 * A pool of such connections. One that ends is replaced at the next call; whoever was using it is told by what it was
 * doing, and nothing else is to be made of it.
 */
export function connectionPool(place: PostgresPlace, config: PoolConfig): Pool {
  const pool = new Pool({ ...clientConfig(place), ...config });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The statement that takes a lock, by its name, until the end of the transaction. */
export function lockStatement(name: string): string {
  return `SELECT pg_advisory_xact_lock(hashtextextended(${escapeLiteral(name)}, 0))`;
}

/** Makes a commit wait for the disk where the server is set up not to. */
export const DURABLE_COMMITS = `SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') = 'off'`;

/** A name as SQL writes it. */
export const quoted = escapeIdentifier;
