import type { LogWatch } from '../event-log/follow-log.js';
import { growthWaiters } from '../event-log/growth-waiters.js';

/**
 * Watches the log's end: `check` is for the writes of this process, those of others are found by looking every `poll` ms.
 *
 * @param end the position of the last event, or -1
 */
export function watchLog(end: () => number, poll: number): LogWatch {
  const waiters = growthWaiters(check, poll);

  function check(): void {
    if (!waiters.isEmpty) waiters.wakeBelow(end());
  }

  return {
    check,
    async grownBeyond(position, signal) {
      if (!signal.aborted && end() <= position) await waiters.wait(position, signal);
    },
  };
}
