import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventCatalogue } from '../../domain/catalogue.js';
import { type AnnalsSettings, usesFiles } from '../../infra/config/annals-settings.js';
import { openEventStore } from '../../infra/event-store/event-store.js';
import { openKeyring } from '../../infra/keyring/keyring.js';
import { masterKeyFromFile } from '../../infra/keyring/master-key.js';
import { openSqliteKeyringStore } from '../../infra/keyring/sqlite-keyring-store.js';
import { BEGINNING, type EventLog } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { Keyring, KeyringStore } from '../../infra/ports/keyring.js';
import { openPostgresEventLog } from '../../infra/postgres/event-log.js';
import { openPostgresKeyringStore } from '../../infra/postgres/keyring-store.js';
import type { RedisSessionEvents } from '../../infra/redis/session-view.js';
import { openSqliteEventLog } from '../../infra/sqlite/event-log.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { directoryView } from '../../projections/directory/view.js';
import { openSessionStore, type SessionStore } from './session-store.js';
import { sqlView } from './sql-views.js';
import { openViewDatabase, type ViewDatabase } from './view-database.js';

/** What the stores tell operators. */
export interface StoreEvents {
  /** A feed of the log broke off for this reason, and goes on. */
  feedDropped(cause: unknown): void;
  /** What becomes of sessions in Redis. */
  readonly sessions: RedisSessionEvents;
}

const unheard = (): void => undefined;
const UNHEARD: StoreEvents = {
  feedDropped: unheard,
  sessions: { outage: unheard, recovered: unheard, voided: unheard },
};

/** Everything that is stored, opened. */
export interface Stores {
  readonly log: EventLog;
  readonly keyring: Keyring;
  readonly keyringStore: KeyringStore;
  readonly store: EventStore;
  readonly directory: ViewDatabase<DirectoryTables>;
  readonly sessions: SessionStore;
  /** Overwrites what erased rows left behind, where the engines can be told to. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the stores where the settings have them: files and tables are made where they are missing.
 *
 * @param now ms since the epoch
 * @throws StoreUnavailableError if one can't be reached; nothing is left open
 */
export async function openStores(
  settings: AnnalsSettings,
  now: () => number,
  events: StoreEvents = UNHEARD,
): Promise<Stores> {
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async (): Promise<void> => {
    for (const store of opened.splice(0).reverse()) await store.close();
  };
  const open = async <S extends { close(): Promise<void> }>(opening: Promise<S> | S): Promise<S> => {
    const store = await opening;
    opened.push(store);
    return store;
  };
  try {
    if (usesFiles(settings)) mkdirSync(settings.dataDir, { recursive: true, mode: 0o700 });
    const masterKey = settings.masterKey ? Buffer.from(settings.masterKey) : masterKeyFromFile(settings.dataDir);
    const log = await open(openLog(settings, now, events.feedDropped));
    const keyringStore = await open(openKeyringStore(settings));
    await agree(keyringStore, log);
    const keyring = await openKeyring(keyringStore, masterKey, now);
    const store = await openEventStore(log, keyring, eventCatalogue);
    const directory = await open(openViewDatabase<DirectoryTables>(sqlView(directoryView.name), settings));
    const sessions = await open(openSessionStore(settings, directory, events.sessions));
    return {
      log,
      keyring,
      keyringStore,
      store,
      directory,
      sessions,
      async scrub() {
        for (const database of [directory, sessions.database]) await database?.scrub();
        await keyringStore.scrub();
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function openLog(
  { eventLog, dataDir }: AnnalsSettings,
  now: () => number,
  onDrop: (cause: unknown) => void,
): Promise<EventLog> {
  switch (eventLog.engine) {
    case 'sqlite':
      return openSqliteEventLog({ file: eventLog.file ?? join(dataDir, 'log.db'), now });
    case 'postgres':
      return openPostgresEventLog({ url: eventLog.url, now });
    case 'kurrentdb': {
      // Loaded where it is used: gRPC takes a good part of the start.
      const { openKurrentEventLog } = await import('../../infra/kurrentdb/event-log.js');
      return openKurrentEventLog({ url: eventLog.url, onDrop });
    }
  }
}

async function openKeyringStore({ keyring, dataDir }: AnnalsSettings): Promise<KeyringStore> {
  if (keyring.engine === 'postgres') return openPostgresKeyringStore({ url: keyring.url });
  return openSqliteKeyringStore(keyring.file ?? join(dataDir, 'keyring.db'));
}

/**
 * Refuses a keyring that can't belong to the log, and follows the log anew if it was replaced by an older one: its
 * positions are given out again, so what was followed before says nothing.
 */
async function agree(keyringStore: KeyringStore, log: EventLog): Promise<void> {
  // In this order: another process that starts at the same time makes the secrets before its first event.
  if ((await holdsEvents(log)) && !(await keyringStore.holdsSecrets())) {
    throw new Error(
      'The event log holds events, but the keyring is new: without its keys nobody could sign in any more. ' +
        'Restore the keyring and its master key from the backup that belongs to the log ' +
        '(in the data directory: keyring.db and master.key)',
    );
  }
  if ((await keyringStore.checkpoint()) > (await log.head())) await keyringStore.saveCheckpoint(BEGINNING);
}

/** Whether there are events of Annals in the log; its head may be one of the server's own. */
export async function holdsEvents(log: Pick<EventLog, 'readAll'>): Promise<boolean> {
  return (await log.readAll({ after: BEGINNING, limit: 1 })).length > 0;
}
