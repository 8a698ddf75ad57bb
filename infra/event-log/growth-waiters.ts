/** Those who wait for the log to grow beyond a position; a check runs every so often while anybody does. */
export interface GrowthWaiters {
  readonly isEmpty: boolean;
  /** Resolves once {@link wakeBelow} passes the position, or the signal aborts. */
  wait(position: number, signal: AbortSignal): Promise<void>;
  /** Wakes those who wait for a position below the log's end. */
  wakeBelow(end: number): void;
}

/** @param interval between checks, in ms */
export function growthWaiters(check: () => void, interval: number): GrowthWaiters {
  const waiting = new Map<() => void, number>();
  let timer: NodeJS.Timeout | undefined;
  return {
    get isEmpty() {
      return waiting.size === 0;
    },
    wait(position, signal) {
      return new Promise((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          waiting.delete(wake);
          if (waiting.size === 0) {
            clearInterval(timer);
            timer = undefined;
          }
          resolve();
        };
        signal.addEventListener('abort', wake);
        waiting.set(wake, position);
        timer ??= setInterval(check, interval).unref();
      });
    },
    wakeBelow(end) {
      for (const [wake, position] of waiting) if (end > position) wake();
    },
  };
}
