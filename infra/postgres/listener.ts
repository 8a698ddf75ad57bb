import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { clientConfig, type PostgresPlace, quoted } from './connection.js';
import { pauseAfter } from './retry.js';

export interface ListenerOptions extends PostgresPlace {
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  /**
   * Notifications come from now on; some may have been missed before.
   *
   * @param giveUp makes the connection anew, because this one does not answer
   */
  readonly onListening?: (client: Client, giveUp: () => void) => void;
  /** No notifications come until `onListening` is called again. */
  readonly onSilent?: () => void;
}

/** A connection that listens to a channel; it is made again, with back-off, when it is lost. */
export interface Listener {
  close(): Promise<void>;
}

/** Starts listening; nothing fails here. */
export function startListener(options: ListenerOptions): Listener {
  const { channel, onPayload, onListening, onSilent } = options;
  const closing = new AbortController();
  let failures = 0;

  async function listenOnce(): Promise<void> {
    const client = new Client(clientConfig(options));
    let ended = () => {};
    const over = new Promise<void>((resolve) => {
      ended = () => resolve();
    });
    client.on('error', ended);
    client.on('end', ended);
    client.on('notification', ({ payload }) => onPayload(payload ?? ''));
    closing.signal.addEventListener('abort', ended);
    try {
      await client.connect();
      await client.query(`LISTEN ${quoted(channel)}`);
      failures = 0;
      onListening?.(client, ended);
      await over;
    } finally {
      onSilent?.();
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
    async close() {
      closing.abort();
      await listening;
    },
  };
}
