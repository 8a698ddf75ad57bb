import { Client, type QueryResultRow } from 'pg';
import { BEGINNING } from '../ports/event-log.js';
import type { KeyringStore, WrappedKey } from '../ports/keyring.js';
import { clientConfig, connectionPool, DURABLE_COMMITS, type PostgresPlace } from './connection.js';
import { throughFaults } from './retry.js';
import { prepareSchema, type SchemaDefinition } from './schema.js';

const SCHEMA: SchemaDefinition = {
  what: 'keyring',
  version: 1,
  statements: `
    CREATE TABLE keys (
      id text COLLATE "C" PRIMARY KEY,
      subject_hash text COLLATE "C" NOT NULL UNIQUE,
      app_hash text COLLATE "C" NOT NULL,
      wrapped bytea NOT NULL,
      created_at bigint NOT NULL
    );
    CREATE INDEX keys_by_app ON keys (app_hash);
    CREATE TABLE checkpoint (one integer PRIMARY KEY CHECK (one = 1), position text NOT NULL);
    CREATE TABLE destroyed_keys (id text COLLATE "C" PRIMARY KEY, destroyed_at bigint NOT NULL);
    CREATE TABLE secrets (name text COLLATE "C" PRIMARY KEY, wrapped bytea NOT NULL);
  `,
};

const KEY = 'id, subject_hash, app_hash, wrapped';
const CONNECTIONS = 4;
const SCRUB_TIMEOUT_MS = 10 * 60_000;

interface Row {
  readonly id: string;
  readonly subject_hash: string;
  readonly app_hash: string;
  readonly wrapped: Buffer;
}

export interface PostgresKeyringOptions {
  /** A connection string: `postgresql://user:password@host:port/database`. The database is in UTF-8. */
  readonly url: string;
  /** The schema of the keyring's tables (`annals_keyring`); made if there is none. */
  readonly schema?: string;
  /** How long a call goes on trying, and the server may take for one statement, in ms (10,000). */
  readonly timeout?: number;
}

/**
 * Opens the keyring's store in a PostgreSQL database, for any number of processes. It is best kept in another database
 * than the log: a backup of both together keeps the keys of the people who were erased after it was made.
 *
 * @throws StoreUnavailableError if the database can't be reached; Error if it holds a keyring of another version
 */
export async function openPostgresKeyringStore(options: PostgresKeyringOptions): Promise<KeyringStore> {
  const { url, schema = 'annals_keyring', timeout = 10_000 } = options;
  const place: PostgresPlace = { url, schema, timeout };
  await prepareSchema(place, SCHEMA);
  const pool = connectionPool(place, {
    max: CONNECTIONS,
    async onConnect(client) {
      await client.query(DURABLE_COMMITS);
    },
  });

  /** Every statement here may be carried out again. */
  function rowsOf<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return throughFaults(async () => (await pool.query<R>(text, values)).rows, performance.now() + timeout);
  }

  const bySubject = async (subjectHash: string) => {
    const [row] = await rowsOf<Row>(`SELECT ${KEY} FROM keys WHERE subject_hash = $1`, [subjectHash]);
    return row && toKey(row);
  };

  const secret = async (name: string) => {
    const [row] = await rowsOf<{ wrapped: Buffer }>('SELECT wrapped FROM secrets WHERE name = $1', [name]);
    return row?.wrapped;
  };

  /** Looks first, so that the ids are known even if the answer to the removal is lost on its way. */
  async function destroyWhere(column: 'subject_hash' | 'app_hash', hash: string, at: number): Promise<string[]> {
    const found = await rowsOf<{ id: string }>(`SELECT id FROM keys WHERE ${column} = $1`, [hash]);
    const removed = await rowsOf<{ id: string }>(
      `WITH gone AS (DELETE FROM keys WHERE ${column} = $1 RETURNING id),
         noted AS (INSERT INTO destroyed_keys SELECT id, $2 FROM gone ON CONFLICT DO NOTHING)
       SELECT id FROM gone`,
      [hash, at],
    );
    return [...new Set([...found, ...removed].map(({ id }) => id))];
  }

  return {
    bySubject,
    async byIds(ids) {
      return (await rowsOf<Row>(`SELECT ${KEY} FROM keys WHERE id = ANY($1)`, [ids])).map(toKey);
    },
    async insert(key, at) {
      for (;;) {
        await rowsOf('INSERT INTO keys VALUES ($1, $2, $3, $4, $5) ON CONFLICT (subject_hash) DO NOTHING', [
          ...[key.id, key.subjectHash, key.appHash, key.wrapped, at],
        ]);
        // Another process may destroy the one that was there in between.
        const stored = await bySubject(key.subjectHash);
        if (stored) return stored;
      }
    },
    async destroy(subjectHash, at) {
      const [id] = await destroyWhere('subject_hash', subjectHash, at);
      return id;
    },
    destroyApp: (appHash, at) => destroyWhere('app_hash', appHash, at),
    async checkpoint() {
      const [row] = await rowsOf<{ position: string }>('SELECT position FROM checkpoint');
      return BigInt(row?.position ?? BEGINNING);
    },
    async saveCheckpoint(position) {
      await rowsOf(
        'INSERT INTO checkpoint VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET position = excluded.position',
        [String(position)],
      );
    },
    async holdsSecrets() {
      const [row] = await rowsOf<{ some: boolean }>('SELECT EXISTS (SELECT 1 FROM secrets) AS some');
      return row?.some ?? false;
    },
    secret,
    async insertSecret(name, wrapped) {
      await rowsOf('INSERT INTO secrets VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, wrapped]);
      return (await secret(name)) ?? wrapped;
    },
    scrub: () => vacuum({ ...place, timeout: SCRUB_TIMEOUT_MS }),
    close: () => pool.end(),
  };
}

/** Frees the space of removed keys. PostgreSQL overwrites it when it uses it again, and not before. */
async function vacuum(place: PostgresPlace): Promise<void> {
  const client = new Client(clientConfig(place));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('VACUUM (INDEX_CLEANUP ON) keys');
  } finally {
    await client.end();
  }
}

function toKey(row: Row): WrappedKey {
  return { id: row.id, subjectHash: row.subject_hash, appHash: row.app_hash, wrapped: row.wrapped };
}
