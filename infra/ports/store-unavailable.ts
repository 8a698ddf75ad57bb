/**
 * Thrown when a store (event log, keyring, view) can't be reached, or does not answer in time. What was asked for was not
 * done; the same may be asked again later.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
