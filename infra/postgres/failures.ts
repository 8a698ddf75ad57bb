import { DatabaseError } from 'pg';
import { StoreUnavailableError } from '../ports/store-unavailable.js';

/** Classes of SQLSTATE that are about the data at hand: cardinality, data, integrity, check option, program limit. */
const ABOUT_DATA = new Set(['21', '22', '23', '44', '54']);

/**
 * SQLSTATEs that pass by themselves: connection, rollback (serialisation, deadlock), a session ended for idling in its
 * transaction, a server that is read-only (another one has taken over), too many connections, lock, shutdown.
 */
const PASSING = /^(08|40|25P03|25006|53300|55P03|57P0)/;

/** Errors of sockets and name resolution. */
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** What the client says, without a code, when the connection ended or its own timer did. */
const CLIENT = /connection terminated|timeout exceeded|timeout expired|read timeout|not queryable/i;

/** A failure of the database itself (connection, shutdown, lock, disk, schema): it says nothing about the data. */
export function isPostgresFault(error: unknown): boolean {
  if (error instanceof DatabaseError) return !ABOUT_DATA.has(error.code?.slice(0, 2) ?? '');
  return isConnectionFailure(error);
}

/** A failure that may be gone when the same is tried again on a new connection. */
export function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseError) return PASSING.test(error.code ?? '');
  return isConnectionFailure(error);
}

/** The server has answered with an error and goes on: it has undone the transaction. */
export function isAnswer(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR';
}

/** The error for those who can't know PostgreSQL's: what may pass becomes StoreUnavailableError, anything else stays. */
export function translated(error: unknown): unknown {
  if (!isPassing(error) || error instanceof StoreUnavailableError) return error;
  return new StoreUnavailableError(`PostgreSQL is not available: ${messageOf(error)}`, { cause: error });
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function isConnectionFailure(error: unknown): boolean {
  if (error instanceof StoreUnavailableError) return true;
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure);
  if (!(error instanceof Error)) return false;
  return SOCKET.has((error as NodeJS.ErrnoException).code ?? '') || CLIENT.test(error.message);
}
