import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { takeLock } from './exclusive-lock.js';
import { openSqlite, SHORT_BUSY_TIMEOUT_MS } from './sqlite-database.js';
import { removeTable } from './view-copies.js';
import type { ViewStorage } from './view-storage.js';

/** A view in a SQLite file of its own. Locks and scratch databases are files beside it. */
export function sqliteViewStorage(file: string): ViewStorage {
  const reader: ViewStorage['reader'] = () => openSqlite({ file, readonly: true });

  return {
    writer: (plugins = []) => openSqlite({ file, plugins, busyTimeout: SHORT_BUSY_TIMEOUT_MS }),
    reader,
    patientReader: reader,
    async begin(task) {
      const unlock = takeLock(`${file}.${task}.lock`);
      return unlock && (async () => unlock());
    },
    // A transaction holds the lock of the whole file.
    claim: async () => true,
    removeTable,
    async scratch() {
      const folder = `${file}.verify`;
      const removeFolder = () => rmSync(folder, { recursive: true, force: true });
      removeFolder();
      mkdirSync(folder, { mode: 0o700 });
      const db = openSqlite<never>({ file: join(folder, 'view.db') });
      return {
        db,
        async remove() {
          await db.destroy();
          removeFolder();
        },
      };
    },
    async scrub(db) {
      await sql`pragma wal_checkpoint(truncate)`.execute(db);
    },
  };
}
