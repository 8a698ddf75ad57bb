import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Thrown when another process holds the lock. The message says which and what to do. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';
}

const WAIT_MS = 1_000;

/**
 * Takes a data directory for this process alone. The lock belongs to the process: the operating system gives it back
 * however the process ends.
 *
 * @param directory exists
 * @returns gives the directory back
 * @throws DirectoryInUseError after a second of waiting
 */
export function lockDirectory(directory: string): () => void {
  const holderFile = join(directory, 'service.pid');
  const lock = new Database(join(directory, 'service.lock'), { timeout: WAIT_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error;
    throw new DirectoryInUseError(
      `The data directory ${directory} is in use by another running service${holderOf(holderFile)}. ` +
        'Stop that one first, or give this one a directory of its own by ANNALS_DATA_DIR',
    );
  }
  writeFileSync(holderFile, String(process.pid));
  return () => lock.close();
}

function holderOf(holderFile: string): string {
  try {
    return ` (PID ${readFileSync(holderFile, 'utf8')})`;
  } catch {
    return '';
  }
}
