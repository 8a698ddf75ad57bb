import { OutcomeUnknownError } from '../../infra/ports/event-log.js';
import { StoreUnavailableError } from '../../infra/ports/store-unavailable.js';
import { isPostgresFault } from '../../infra/postgres/failures.js';
import { isSqliteFault } from '../../infra/sql/busy.js';

/**
 * A failure of whichever store, which says nothing about the event that a view was handling. The engines are not told
 * apart, because a view on one of them opens its events with a keyring on another.
 */
export function isStoreFault(error: unknown): boolean {
  if (error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError) return true;
  return isSqliteFault(error) || isPostgresFault(error);
}
