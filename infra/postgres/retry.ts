import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing, translated } from './failures.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** The pause after so many failures in a row, in ms, with jitter. */
export function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
}

/** When to give up: a moment on the monotonic clock in ms, or once the signal aborts. */
export type Until = number | AbortSignal;

/**
 * Runs something again, after a growing pause, while it fails with what may pass.
 *
 * @throws StoreUnavailableError if it still failed in the end; any other failure at once
 */
export async function throughFaults<T>(run: () => Promise<T>, until: Until): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await run();
    } catch (error) {
      const pause = pauseAfter(failures);
      if (!isPassing(error) || isOver(until, pause)) throw translated(error);
      if (typeof until === 'number') await sleep(pause);
      else await sleep(pause, undefined, { signal: until }).catch(() => undefined);
    }
  }
}

function isOver(until: Until, pause: number): boolean {
  return typeof until === 'number' ? performance.now() + pause > until : until.aborted;
}
