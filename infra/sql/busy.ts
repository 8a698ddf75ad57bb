import { setTimeout as sleep } from 'node:timers/promises';

/** SQLite's failures about the data at hand: a violated constraint, a value too big or of the wrong type. */
const ABOUT_DATA = /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)/;

/** What SQLITE_ERROR says of the database and the connection; all else that it says is about the statement. */
const NOT_ABOUT_STATEMENT = /^(no such (table|savepoint)\b|cannot (start|commit|rollback|release) )/;

/**
 * SQLite's own failures (busy, disk, file, a missing table, a transaction that has ended): they say nothing about the
 * data. A statement that is wrong, because of what the data made it, is none.
 */
export function isSqliteFault(error: unknown): boolean {
  const code = codeOf(error);
  if (code === 'SQLITE_ERROR') return NOT_ABOUT_STATEMENT.test((error as Error).message);
  return code?.startsWith('SQLITE_') === true && !ABOUT_DATA.test(code);
}

/** Another connection holds the lock that was asked for. */
export function isSqliteBusy(error: unknown): boolean {
  return codeOf(error)?.startsWith('SQLITE_BUSY') === true;
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

const PAUSE_MS = 5;
const PATIENCE_MS = 5_000;

/**
 * Runs something that takes a lock at its start, again after a pause while the lock is taken. The event loop is free
 * during the pauses, which it is not while SQLite itself waits (`busy_timeout`).
 *
 * @param run leaves nothing behind when it fails as busy
 * @throws the last failure, after 5 s
 */
export async function whileBusy<T>(run: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!isSqliteBusy(error) || performance.now() > deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
