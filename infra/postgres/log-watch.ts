import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { LogWatch } from '../event-log/follow-log.js';
import { clientConfig, type PostgresPlace, quoted } from './connection.js';
import { pauseAfter } from './retry.js';

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
  const { channel, end, pollInterval } = options;
  const waiting = new Map<() => void, number>();
  const closing = new AbortController();
  let known = -1;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  function raise(position: number): void {
    if (position <= known) return;
    known = position;
    for (const [wake, beyond] of waiting) if (known > beyond) wake();
  }

  function check(): void {
    // A read that fails is made again at the next tick.
    end().then(raise, () => undefined);
  }

  async function listenOnce(): Promise<void> {
    const client = new Client(clientConfig(options));
    let ended = () => {};
    const over = new Promise<void>((resolve) => {
      ended = () => resolve();
    });
    client.on('error', ended);
    client.on('end', ended);
    client.on('notification', ({ payload }) => raise(Number(payload)));
    closing.signal.addEventListener('abort', ended);
    try {
      await client.connect();
      await client.query(`LISTEN ${quoted(channel)}`);
      failures = 0;
      check();
      await over;
    } finally {
      closing.signal.removeEventListener('abort', ended);
      // Waits for a server that may never answer.
      void client.end().catch(() => undefined);
    }
  }

  async function listen(): Promise<void> {
    while (!closing.signal.aborted) {
      await listenOnce().catch(() => undefined);
      await sleep(pauseAfter(++failures), undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  const listening = listen();
  return {
    raise,
    check,
    grownBeyond(position, signal) {
      return new Promise((resolve) => {
        if (signal.aborted || known > position) {
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
        timer ??= setInterval(check, pollInterval).unref();
      });
    },
    async close() {
      closing.abort();
      await listening;
    },
  };
}
