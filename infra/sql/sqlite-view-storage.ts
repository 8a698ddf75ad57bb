import { sql } from 'kysely';
import { takeLock } from './exclusive-lock.js';
import { openSqlite, SHORT_BUSY_TIMEOUT_MS } from './sqlite-database.js';
import { removeTable } from './view-copies.js';
import type { ViewStorage } from './view-storage.js';

/** A view in a SQLite file of its own. The lock of a rebuild is a file beside it. */
export function sqliteViewStorage(file: string): ViewStorage {
  const reader: ViewStorage['reader'] = () => openSqlite({ file, readonly: true });

  return {
    writer: (plugins = []) => openSqlite({ file, plugins, busyTimeout: SHORT_BUSY_TIMEOUT_MS }),
    reader,
    patientReader: reader,
    // A statement holds the lock of the whole file for as long as it takes.
    indexer: undefined,
    async beginRebuild() {
      const unlock = takeLock(`${file}.rebuild.lock`);
      return unlock && (async () => unlock());
    },
    // A transaction holds the lock of the whole file.
    claim: async () => true,
    removeTable,
    async scrub(db) {
      await sql`pragma wal_checkpoint(truncate)`.execute(db);
    },
  };
}
