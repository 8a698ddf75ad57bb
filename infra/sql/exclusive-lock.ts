import Database from 'better-sqlite3';
import { isSqliteBusy } from './busy.js';

/**
 * Takes a lock that one process can hold at a time and that ends with the process, however it ends.
 *
 * @param file made if there is none, and left behind empty
 * @returns what gives the lock back, or undefined if somebody holds it
 */
export function takeLock(file: string): (() => void) | undefined {
  const connection = new Database(file, { timeout: 0 });
  try {
    connection.exec('BEGIN EXCLUSIVE');
    return () => connection.close();
  } catch (error) {
    connection.close();
    if (isSqliteBusy(error)) return undefined;
    throw error;
  }
}
