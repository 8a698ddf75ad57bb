import type { PostgresCursor } from 'kysely';
import type { PoolClient } from 'pg';

const NAME = 'annals_cursor';

/** A cursor that is declared in SQL, in the running transaction or in one of its own. Kysely makes one per stream. */
export class SqlCursor<T> implements PostgresCursor<T> {
  #client: PoolClient | undefined;
  #ownsTransaction = false;
  #state: 'new' | 'open' | 'failed' = 'new';

  constructor(
    readonly sql: string,
    readonly parameters: unknown[],
  ) {}

  /** Says which connection it runs on, which has no other cursor open. */
  on(client: PoolClient): this {
    this.#client = client;
    return this;
  }

  async read(rowsCount: number): Promise<T[]> {
    try {
      if (this.#state === 'new') await this.#open();
      return (await this.#connection().query(`FETCH ${rowsCount} FROM ${NAME}`)).rows as T[];
    } catch (error) {
      this.#state = 'failed';
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#ownsTransaction) await this.#connection().query('ROLLBACK');
    else if (this.#state === 'open') await this.#connection().query(`CLOSE ${NAME}`);
  }

  async #open(): Promise<void> {
    const client = this.#connection();
    if (client.getTransactionStatus() === 'I') {
      this.#ownsTransaction = true;
      await client.query('BEGIN READ ONLY');
    }
    await client.query(`DECLARE ${NAME} NO SCROLL CURSOR FOR ${this.sql}`, this.parameters);
    this.#state = 'open';
  }

  #connection(): PoolClient {
    if (!this.#client) throw new Error('A cursor was read before it was given a connection');
    return this.#client;
  }
}
