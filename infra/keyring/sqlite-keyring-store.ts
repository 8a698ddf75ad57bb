import Database from 'better-sqlite3';
import { BEGINNING } from '../ports/event-log.js';
import type { KeyringStore, WrappedKey } from '../ports/keyring.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, subject_hash TEXT NOT NULL UNIQUE, app_hash TEXT NOT NULL, wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS keys_by_app ON keys (app_hash);
  CREATE TABLE IF NOT EXISTS checkpoint (only INTEGER PRIMARY KEY CHECK (only = 1), position TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS destroyed_keys (id TEXT PRIMARY KEY, destroyed_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
`;

interface Row {
  readonly id: string;
  readonly subject_hash: string;
  readonly app_hash: string;
  readonly wrapped: Buffer;
}

interface PendingWrite {
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Opens the keyring file (SQLite, WAL, `synchronous=FULL`, `secure_delete=ON`). Writes that arrive in one turn of the
 * event loop share one commit.
 */
export function openSqliteKeyringStore(file: string): KeyringStore {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('secure_delete = ON');
  db.pragma('busy_timeout = 10000');
  db.exec(SCHEMA);

  const selectBySubject = db.prepare<[string], Row>(
    'SELECT id, subject_hash, app_hash, wrapped FROM keys WHERE subject_hash = ?',
  );
  const selectByIds = db.prepare<[string], Row>(
    'SELECT id, subject_hash, app_hash, wrapped FROM keys WHERE id IN (SELECT value FROM json_each(?))',
  );
  const insertKey = db.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?) ON CONFLICT (subject_hash) DO NOTHING');
  const deleteKey = db.prepare<[string], { id: string }>('DELETE FROM keys WHERE subject_hash = ? RETURNING id');
  const deleteKeysOfApp = db.prepare<[string], { id: string }>('DELETE FROM keys WHERE app_hash = ? RETURNING id');
  const selectCheckpoint = db.prepare<[], { position: string }>('SELECT position FROM checkpoint');
  const upsertCheckpoint = db.prepare(
    'INSERT INTO checkpoint VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET position = excluded.position',
  );
  const insertDestroyed = db.prepare('INSERT INTO destroyed_keys VALUES (?, ?) ON CONFLICT DO NOTHING');
  const selectSecret = db.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM secrets WHERE name = ?');
  const countSecrets = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM secrets');
  const insertSecretRow = db.prepare('INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO NOTHING');

  const toKey = (row: Row): WrappedKey => ({
    id: row.id,
    subjectHash: row.subject_hash,
    appHash: row.app_hash,
    wrapped: row.wrapped,
  });

  let pending: PendingWrite[] = [];
  const commitAll = db.transaction((writes: readonly PendingWrite[]) => writes.map((write) => write.run()));

  function flush(): void {
    const writes = pending;
    pending = [];
    try {
      const results = commitAll.immediate(writes);
      writes.forEach((write, i) => {
        write.resolve(results[i]);
      });
    } catch (error) {
      for (const write of writes) write.reject(error);
    }
  }

  function enqueue<T>(run: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (pending.length === 0) setImmediate(flush);
      pending.push({ run, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  return {
    async bySubject(subjectHash) {
      const row = selectBySubject.get(subjectHash);
      return row && toKey(row);
    },
    async byIds(ids) {
      return selectByIds.all(JSON.stringify(ids)).map(toKey);
    },
    insert: (key, at) =>
      enqueue(() => {
        insertKey.run(key.id, key.subjectHash, key.appHash, key.wrapped, at);
        const row = selectBySubject.get(key.subjectHash);
        if (!row) throw new Error('keyring: a key vanished inside its own transaction');
        return toKey(row);
      }),
    destroy: (subjectHash, at) =>
      enqueue(() => {
        const row = deleteKey.get(subjectHash);
        if (row) insertDestroyed.run(row.id, at);
        return row?.id;
      }),
    destroyApp: (appHash, at) =>
      enqueue(() => {
        const rows = deleteKeysOfApp.all(appHash);
        for (const row of rows) insertDestroyed.run(row.id, at);
        return rows.map((row) => row.id);
      }),
    async checkpoint() {
      return BigInt(selectCheckpoint.get()?.position ?? BEGINNING);
    },
    saveCheckpoint: (position) =>
      enqueue(() => {
        upsertCheckpoint.run(String(position));
      }),
    async holdsSecrets() {
      return countSecrets.get()?.count !== 0;
    },
    async secret(name) {
      return selectSecret.get(name)?.wrapped;
    },
    insertSecret: (name, wrapped) =>
      enqueue(() => {
        insertSecretRow.run(name, wrapped);
        return selectSecret.get(name)?.wrapped ?? wrapped;
      }),
    async scrub() {
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
    async close() {
      if (pending.length > 0) flush();
      db.close();
    },
  };
}
