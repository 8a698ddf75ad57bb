import type { LogWatch } from '../event-log/follow-log.js';

/**
 * Watches the log's end: `check` is for the writes of this process, those of others are found by looking every `poll` ms.
 *
 * @param end the position of the last event, or -1
 */
export function watchLog(end: () => number, poll: number): LogWatch {
  const waiting = new Map<() => void, number>();
  let timer: NodeJS.Timeout | undefined;

  function check(): void {
    if (waiting.size === 0) return;
    const now = end();
    for (const [wake, position] of waiting) if (now > position) wake();
  }

  return {
    check,
    grownBeyond(position, signal) {
      return new Promise((resolve) => {
        if (signal.aborted || end() > position) {
          resolve();
          return;
        }
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
        timer ??= setInterval(check, poll).unref();
      });
    },
  };
}
