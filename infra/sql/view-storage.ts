import type { Kysely, KyselyPlugin, Transaction } from 'kysely';
import type { BookkeepingTables } from './view-target.js';

/** Where the rows of one SQL view are kept. One implementation per engine. */
export interface ViewStorage {
  /** Opens a handle whose transactions run alone among all that write the view, of whichever process. */
  writer<DB>(plugins?: readonly KyselyPlugin[]): Kysely<DB>;
  /** Opens a handle that reads; each of its transactions sees one state. */
  reader<DB>(): Kysely<DB>;
  /** As {@link reader}, for transactions that last for minutes. */
  patientReader<DB>(): Kysely<DB>;
  /**
   * For a copy that gets many rows at once: opens a handle that makes the indexes of tables which nobody uses yet, without
   * keeping writers of the view waiting, however long it takes. Undefined if the engine can't: they have to be there before.
   */
  readonly indexer: (<DB>() => Kysely<DB>) | undefined;
  /** Gives what ends a rebuild, or undefined if somebody is at one. It ends with the process in any case. */
  beginRebuild(): Promise<(() => Promise<void>) | undefined>;
  /**
   * Keeps all others from tables until the transaction ends, which they are about to be renamed in.
   *
   * @returns false if that would take long: the transaction has to be given up, and may be tried again
   */
  claim(transaction: Transaction<BookkeepingTables>, tables: readonly string[]): Promise<boolean>;
  /**
   * Removes a table that nobody uses any more, once those have done who still do.
   *
   * @param rest is awaited between two steps, and told how long the last one took, in ms
   */
  removeTable(db: Kysely<BookkeepingTables>, name: string, rest: (tookMs: number) => Promise<void>): Promise<void>;
  /** Overwrites what erased rows left behind, where the engine can be told to. */
  scrub(db: Kysely<BookkeepingTables>): Promise<void>;
}
