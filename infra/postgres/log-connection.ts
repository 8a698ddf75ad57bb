import { Client } from 'pg';
import { OutcomeUnknownError } from '../ports/event-log.js';
import { StoreUnavailableError } from '../ports/store-unavailable.js';
import { clientConfig, DURABLE_COMMITS, type PostgresPlace } from './connection.js';
import { messageOf } from './failures.js';
import { throughFaults } from './retry.js';

/** The one connection that writes. It is made anew after any failure, because nobody knows what it was left in. */
export interface WriterConnection {
  /**
   * Does work that is one transaction, again on a new connection while the failure may pass, within the place's time-out.
   *
   * @throws OutcomeUnknownError at once; StoreUnavailableError and any other error say that nothing was written
   */
  run<T>(work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Nothing is connected before the first work. */
export function writerConnection(place: PostgresPlace): WriterConnection {
  let current: Client | undefined;

  async function connected(): Promise<Client> {
    if (current) return current;
    const client = new Client({ ...clientConfig(place), pipeline: true });
    client.on('error', () => drop(client));
    try {
      await client.connect();
      await client.query(DURABLE_COMMITS);
    } catch (error) {
      drop(client);
      throw error;
    }
    current = client;
    return client;
  }

  function drop(client: Client): void {
    if (current === client) current = undefined;
    // Waits for a server that may never answer.
    void client.end().catch(() => undefined);
  }

  async function attempt<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await connected();
    try {
      return await work(client);
    } catch (error) {
      drop(client);
      throw error;
    }
  }

  return {
    async run(work) {
      try {
        return await throughFaults(() => attempt(work), performance.now() + place.timeout);
      } catch (error) {
        if (error instanceof OutcomeUnknownError) throw error;
        const message = `The event log wrote nothing: ${messageOf(error)}`;
        if (error instanceof StoreUnavailableError) throw new StoreUnavailableError(message, { cause: error });
        throw new Error(message, { cause: error });
      }
    },
    async close() {
      await current?.end();
      current = undefined;
    },
  };
}
