import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { eventCatalogue } from '../../domain/catalogue.js';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { openEventStore } from '../../infra/event-store/event-store.js';
import { openKeyring } from '../../infra/keyring/keyring.js';
import { masterKeyFromFile } from '../../infra/keyring/master-key.js';
import { openSqliteKeyringStore } from '../../infra/keyring/sqlite-keyring-store.js';
import type { EventLog } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { Keyring, KeyringStore } from '../../infra/ports/keyring.js';
import { openSqlite } from '../../infra/sql/sqlite-database.js';
import { type BookkeepingTables, createBookkeeping } from '../../infra/sql/view-target.js';
import { openSqliteEventLog } from '../../infra/sqlite/event-log.js';
import { type DirectoryTables, directoryShapes } from '../../projections/directory/tables.js';
import { type SessionTables, sessionShapes } from '../../projections/sessions/tables.js';
import { createTables } from '../../projections/sql/table-shape.js';

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
  const keyringStore = openSqliteKeyringStore(file('keyring.db'));
  const keyring = await openKeyring(keyringStore, masterKey, now);
  const log = await openSqliteEventLog({ file: settings.eventLog.file ?? file('log.db'), now });
  const store = await openEventStore(log, keyring, eventCatalogue);
  const directory = await openView<DirectoryTables>(settings.directory.file ?? file('directory.db'), directoryShapes);
  const sessions = await openView<SessionTables>(settings.sessions.file ?? file('sessions.db'), sessionShapes);
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

async function openView<Tables>(
  file: string,
  shapes: Parameters<typeof createTables>[1],
): Promise<ViewDatabase<Tables>> {
  const writer = openSqlite<Tables & BookkeepingTables>({ file });
  await createBookkeeping(writer as unknown as Kysely<BookkeepingTables>);
  await createTables(writer, shapes, '');
  return { writer, reader: openSqlite({ file, readonly: true }) };
}
