import { type Kysely, sql } from 'kysely';
import { DatabaseError } from 'pg';
import type { ViewStorage } from '../sql/view-storage.js';
import type { BookkeepingTables } from '../sql/view-target.js';
import { quoted } from './connection.js';
import { openPostgres, type PostgresOptions } from './database.js';
import { takeSessionLock } from './session-lock.js';

/** Comparing a large view keeps one transaction open meanwhile. */
const PATIENT_TIMEOUT_MS = 20 * 60_000;
/** Less than the second after which the server looks for deadlocks, of which a query of the view may be the victim. */
const CLAIM_MS = 100;
const LOCK_TIMEOUT_MS = 10_000;
const READERS = 8;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * A view in a schema of its own in a PostgreSQL database. Locks are advisory ones, scratch databases are schemas.
 *
 * @param url a connection string: `postgresql://user:password@host:port/database`
 * @param schema lower-case letters, digits and `_`; made if there is none
 */
export function postgresViewStorage(url: string, schema: string): ViewStorage {
  const scratchSchema = `${schema}_verify`;
  const writing: PostgresOptions = { url, schema, access: { lock: 'view' } };

  return {
    writer: (plugins = []) => openPostgres({ ...writing, plugins }),
    reader: () => openPostgres({ url, schema, access: 'read', connections: READERS }),
    patientReader: () => openPostgres({ url, schema, access: 'read', timeout: PATIENT_TIMEOUT_MS }),
    begin: (task) => takeSessionLock({ url, schema, timeout: LOCK_TIMEOUT_MS }, `annals ${schema} ${task}`),
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
    async removeTable(db, name) {
      await sql`drop table ${sql.raw(quoted(name))}`.execute(db);
    },
    async scratch() {
      await dropSchema(url, scratchSchema);
      const db = openPostgres<BookkeepingTables>({
        url,
        schema: scratchSchema,
        access: { lock: 'scratch' },
        timeout: PATIENT_TIMEOUT_MS,
      });
      return {
        db,
        async remove() {
          await db.destroy();
          await dropSchema(url, scratchSchema);
        },
      };
    },
    // The server overwrites the space of removed rows when it uses it again; there is nothing to tell it.
    scrub: async () => undefined,
  };
}

async function dropSchema(url: string, schema: string): Promise<void> {
  const db: Kysely<unknown> = openPostgres({ url, access: 'read' });
  try {
    await sql`drop schema if exists ${sql.raw(quoted(schema))} cascade`.execute(db);
  } finally {
    await db.destroy();
  }
}

function isLockNotAvailable(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof DatabaseError && cause.code === LOCK_NOT_AVAILABLE;
}
