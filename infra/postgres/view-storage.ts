import { sql } from 'kysely';
import { DatabaseError } from 'pg';
import type { ViewStorage } from '../sql/view-storage.js';
import { quoted } from './connection.js';
import { openPostgres, type PostgresOptions } from './database.js';
import { takeSessionLock } from './session-lock.js';

/** Comparing a large view keeps one transaction open meanwhile, and an index of a large table takes a while. */
const PATIENT_TIMEOUT_MS = 20 * 60_000;
/** Less than the second after which the server looks for deadlocks, of which a query of the view may be the victim. */
const CLAIM_MS = 100;
/** How long to wait at once for those who still read a table that is to be removed, in ms. */
const DROP_WAIT_MS = 1_000;
const LOCK_TIMEOUT_MS = 10_000;
const READERS = 8;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * A view in a schema of its own in a PostgreSQL database. The lock of a rebuild is an advisory one.
 *
 * @param url a connection string: `postgresql://user:password@host:port/database`
 * @param schema lower-case letters, digits and `_`; made if there is none
 */
export function postgresViewStorage(url: string, schema: string): ViewStorage {
  const writing: PostgresOptions = { url, schema, access: { lock: 'view' } };

  return {
    writer: (plugins = []) => openPostgres({ ...writing, plugins }),
    reader: () => openPostgres({ url, schema, access: 'read', connections: READERS }),
    patientReader: () => openPostgres({ url, schema, access: 'read', timeout: PATIENT_TIMEOUT_MS }),
    indexer: () => openPostgres({ ...writing, timeout: PATIENT_TIMEOUT_MS }),
    beginRebuild: () => takeSessionLock({ url, schema, timeout: LOCK_TIMEOUT_MS }, `annals ${schema} rebuild`),
    async claim(transaction, tables) {
      if (tables.length === 0) return true;
      // Names are spelt out, because the handle of a copy puts its suffix behind the names of tables it is told.
      const names = sql.raw(tables.map(quoted).join(', '));
      try {
        await sql`set local lock_timeout = ${sql.lit(CLAIM_MS)}`.execute(transaction);
        await sql`lock table ${names} in access exclusive mode`.execute(transaction);
        return true;
      } catch (error) {
        if (isLockNotAvailable(error)) return false;
        throw error;
      }
    },
    async removeTable(db, name, rest) {
      // One statement by itself: a transaction of this handle would keep the view's writers waiting, too.
      const drop = sql.raw(`set local lock_timeout = ${DROP_WAIT_MS}; drop table ${quoted(name)}`);
      for (const deadline = performance.now() + PATIENT_TIMEOUT_MS; ; ) {
        try {
          await drop.execute(db);
          return;
        } catch (error) {
          if (!isLockNotAvailable(error) || performance.now() > deadline) throw error;
        }
        await rest(DROP_WAIT_MS);
      }
    },
    // The server overwrites the space of removed rows when it uses it again; there is nothing to tell it.
    scrub: async () => undefined,
  };
}

function isLockNotAvailable(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof DatabaseError && cause.code === LOCK_NOT_AVAILABLE;
}
