import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { LogWatch } from '../event-log/follow-log.js';
import { growthWaiters } from '../event-log/growth-waiters.js';
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
  const waiters = growthWaiters(check, pollInterval);
  const closing = new AbortController();
  let known = -1;
  let failures = 0;

  function raise(position: number): void {
    if (position <= known) return;
    known = position;
    waiters.wakeBelow(known);
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
    async grownBeyond(position, signal) {
      if (!signal.aborted && known <= position) await waiters.wait(position, signal);
    },
    async close() {
      closing.abort();
      await listening;
    },
  };
}
