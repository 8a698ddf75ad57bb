import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { eventCatalogue } from '../../domain/catalogue.js';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { openEventStore } from '../../infra/event-store/event-store.js';
import { openKeyring } from '../../infra/keyring/keyring.js';
import { masterKeyFromFile } from '../../infra/keyring/master-key.js';
import { openSqliteKeyringStore } from '../../infra/keyring/sqlite-keyring-store.js';
import { BEGINNING, type EventLog } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { Keyring, KeyringStore } from '../../infra/ports/keyring.js';
import { openSqlite, SHORT_BUSY_TIMEOUT_MS } from '../../infra/sql/sqlite-database.js';
import { type BookkeepingTables, createBookkeeping, storedVersion } from '../../infra/sql/view-target.js';
import { openSqliteEventLog } from '../../infra/sqlite/event-log.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { directoryView } from '../../projections/directory/view.js';
import type { SessionTables } from '../../projections/sessions/tables.js';
import { sessionsView } from '../../projections/sessions/view.js';
import { createTables } from '../../projections/sql/table-shape.js';
import { type SqlView, sqlView } from './sql-views.js';

/** A view's database: one handle that writes, and one for reading beside it. */
export interface ViewDatabase<Tables> {
  readonly writer: Kysely<Tables & BookkeepingTables>;
  readonly reader: Kysely<Tables & BookkeepingTables>;
}

/** Everything that is stored, opened. */
export interface Stores {
  readonly log: EventLog;
  readonly keyring: Keyring;
  readonly keyringStore: KeyringStore;
  readonly store: EventStore;
  readonly directory: ViewDatabase<DirectoryTables>;
  readonly sessions: ViewDatabase<SessionTables>;
  /** Overwrites in all files what erased rows left behind. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the embedded stores: files in the data directory, made where they are missing. */
export async function openStores(settings: AnnalsSettings, now: () => number): Promise<Stores> {
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(settings.dataDir, name);
  const masterKey = settings.masterKey ? Buffer.from(settings.masterKey) : masterKeyFromFile(settings.dataDir);
  const log = await openSqliteEventLog({ file: settings.eventLog.file ?? file('log.db'), now });
  const keyringStore = openSqliteKeyringStore(file('keyring.db'));
  await agree(keyringStore, log);
  const keyring = await openKeyring(keyringStore, masterKey, now);
  const store = await openEventStore(log, keyring, eventCatalogue);
  const directory = await openView<DirectoryTables>(sqlView(directoryView.name), settings);
  const sessions = await openView<SessionTables>(sqlView(sessionsView.name), settings);
  return {
    log,
    keyring,
    keyringStore,
    store,
    directory,
    sessions,
    async scrub() {
      for (const { writer } of [directory, sessions]) await sql`pragma wal_checkpoint(truncate)`.execute(writer);
      await keyringStore.scrub();
    },
    async close() {
      for (const view of [directory, sessions]) {
        await view.reader.destroy();
        await view.writer.destroy();
      }
      await log.close();
      await keyring.close();
    },
  };
}

/**
 * Refuses a keyring that can't belong to the log, and follows the log anew if it was replaced by an older one: its
 * positions are given out again, so what was followed before says nothing.
 */
async function agree(keyringStore: KeyringStore, log: EventLog): Promise<void> {
  const head = await log.head();
  if (head !== BEGINNING && !(await keyringStore.holdsSecrets())) {
    throw new Error(
      'The event log holds events, but the keyring is new: without its keys nobody could sign in any more. ' +
        'Restore keyring.db and master.key from the backup that belongs to log.db.',
    );
  }
  if ((await keyringStore.checkpoint()) > head) await keyringStore.saveCheckpoint(BEGINNING);
}

async function openView<Tables>(sqlView: SqlView, settings: AnnalsSettings): Promise<ViewDatabase<Tables>> {
  const file = sqlView.file(settings);
  const writer = openSqlite<Tables & BookkeepingTables>({ file, busyTimeout: SHORT_BUSY_TIMEOUT_MS });
  const books = writer as unknown as Kysely<BookkeepingTables>;
  await createBookkeeping(books);
  // Whatever is missing of a view that was built once has to be filled, too: that is a rebuild.
  if ((await storedVersion(books, sqlView.view.name)) === undefined) await createTables(books, sqlView.shapes, '');
  return { writer, reader: openSqlite({ file, readonly: true }) };
}
