import type { LogWatch } from '../event-log/follow-log.js';
import { growthWaiters } from '../event-log/growth-waiters.js';
import type { PostgresPlace } from './connection.js';
import { startListener } from './listener.js';

export interface LogWatchOptions extends PostgresPlace {
  readonly channel: string;
  /** How often to look at the end of the log while somebody waits, in ms. */
  readonly pollInterval: number;
  /** Reads the position of the last event, or -1. */
  readonly end: () => Promise<number>;
}

/** Tells subscribers that the log has grown: by notifications, and by looking from time to time in case one is lost. */
export interface PostgresLogWatch extends LogWatch {
  /** The log goes up to here. */
  raise(end: number): void;
  close(): Promise<void>;
}

/** Starts listening; goes on, with back-off, when the connection is lost. */
export function watchLog(options: LogWatchOptions): PostgresLogWatch {
  const { end, pollInterval } = options;
  const waiters = growthWaiters(check, pollInterval);
  let known = -1;

  function raise(position: number): void {
    if (position <= known) return;
    known = position;
    waiters.wakeBelow(known);
  }

  function check(): void {
    // A read that fails is made again at the next tick.
    end().then(raise, () => undefined);
  }

  const listener = startListener({ ...options, onPayload: (payload) => raise(Number(payload)), onListening: check });
  return {
    raise,
    check,
    async grownBeyond(position, signal) {
      if (!signal.aborted && known <= position) await waiters.wait(position, signal);
    },
    close: listener.close,
  };
}
