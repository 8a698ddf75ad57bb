import type { Logger } from '../../infra/ports/logger.js';
import { StoreUnavailableError } from '../../infra/ports/store-unavailable.js';

export interface ReachingOptions {
  readonly logger: Logger;
  readonly sleep: (ms: number) => Promise<void>;
  /** ms, monotonic. */
  readonly clock: () => number;
}

const PAUSE_MS = 10_000;
const PATIENCE_MS = 3_600_000;

/**
 * Does what a start needs stores for, every 10 s again for up to an hour while one can't be reached (00-conventions.md 15).
 *
 * @param run leaves nothing open when it fails
 * @throws the last StoreUnavailableError; any other failure at once
 */
export async function whenReachable<T>(run: () => Promise<T>, { logger, sleep, clock }: ReachingOptions): Promise<T> {
  const deadline = clock() + PATIENCE_MS;
  for (;;) {
    try {
      return await run();
    } catch (err) {
      if (!(err instanceof StoreUnavailableError) || clock() >= deadline) throw err;
      logger.warn({ err, retryInMs: PAUSE_MS }, 'a store can not be reached; trying again');
    }
    await sleep(PAUSE_MS);
  }
}
