import Database from 'better-sqlite3';

/** The version of the tables below, kept in the file's `user_version`. */
const SCHEMA_VERSION = 1;

/**
 * The last event of a stream is never removed. So a stream's last revision is the highest one in `events`, the end of
 * the log is the highest position, and neither is ever given out twice.
 *
 * A stream is deleted while its last revision equals `deleted_through`: the next event revives it by itself.
 */
const SCHEMA = `
  CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE event_types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    category INTEGER NOT NULL REFERENCES categories,
    truncated_before INTEGER NOT NULL DEFAULT 0,
    deleted_through INTEGER NOT NULL DEFAULT -1
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    revision INTEGER NOT NULL,
    category INTEGER NOT NULL REFERENCES categories,
    type INTEGER NOT NULL REFERENCES event_types,
    recorded_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    metadata TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE INDEX events_by_category ON events (category);
  CREATE INDEX events_by_type ON events (type);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

const CACHE_KIB = 32 * 1024;

/** How many pages (of 4 KiB) the write-ahead log takes before it is copied into the file. */
const CHECKPOINT_PAGES = 4_000;

/**
 * Opens the log's file for writing and makes its tables if there are none. A commit on this connection is durable.
 *
 * @param busyTimeout how long to wait for another process that writes, in ms
 * @throws if the file can't be opened, or was written by a newer version
 */
export function openLogForWriting(file: string, busyTimeout: number): Database.Database {
  const db = new Database(file, { timeout: busyTimeout });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // The adapter upholds the references itself, and checking them would cost three look-ups per event.
    db.pragma('foreign_keys = OFF');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.transaction(createTables).immediate(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens the log's file for reading; {@link openLogForWriting} must have been there before. */
export function openLogForReading(file: string, busyTimeout: number): Database.Database {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeout });
  db.pragma(`cache_size = -${CACHE_KIB}`);
  return db;
}

function createTables(db: Database.Database, file: string): void {
  const version = db.pragma('user_version', { simple: true });
  if (version === 0) db.exec(SCHEMA);
  else if (version !== SCHEMA_VERSION) {
    throw new Error(
      `The event log ${file} has schema ${version}, this version of Annals knows ${SCHEMA_VERSION}: run the version that wrote it`,
    );
  }
}
