import { HasherOverloadedError, type HashingStats } from '../ports/password-hasher.js';

/** Runs tasks first come first served, a bounded number at once, a bounded number waiting. */
export interface BoundedQueue {
  /** Settles as the task does. @throws HasherOverloadedError when no more may wait; the task is then never started */
  run<T>(task: () => Promise<T>): Promise<T>;
  stats(): HashingStats;
}

export interface QueueBounds {
  readonly maxRunning: number;
  readonly maxWaiting: number;
}

const MAX_RETRY_AFTER_SECONDS = 60;
const WEIGHT_OF_LATEST = 0.2;

/**
 * Makes an empty queue.
 *
 * @param bounds maxRunning >= 1, maxWaiting >= 0
 * @param now a monotonic clock in milliseconds; only the estimate in HasherOverloadedError depends on it
 */
export function createBoundedQueue(
  { maxRunning, maxWaiting }: QueueBounds,
  now: () => number = () => performance.now(),
): BoundedQueue {
  const waiting: Array<() => void> = [];
  let running = 0;
  let meanMs: number | undefined;

  const secondsToDrain = () => {
    const seconds = ((waiting.length + running) * (meanMs ?? 0)) / maxRunning / 1000;
    return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(seconds)));
  };

  const takeSlot = (): Promise<void> | undefined => {
    if (running < maxRunning) {
      running++;
      return undefined;
    }
    if (waiting.length >= maxWaiting) throw new HasherOverloadedError(secondsToDrain());
    return new Promise((handOver) => waiting.push(handOver));
  };

  const releaseSlot = () => {
    const handOver = waiting.shift();
    if (handOver) handOver();
    else running--;
  };

  return {
    async run(task) {
      const turn = takeSlot();
      if (turn) await turn;
      const started = now();
      try {
        return await task();
      } finally {
        const tookMs = now() - started;
        meanMs = meanMs === undefined ? tookMs : meanMs + WEIGHT_OF_LATEST * (tookMs - meanMs);
        releaseSlot();
      }
    },
    stats: () => ({ running, waiting: waiting.length }),
  };
}
