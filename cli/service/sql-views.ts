import { join } from 'node:path';
import type { Transaction } from 'kysely';
import type { AnnalsSettings, SessionsLocation } from '../../infra/config/annals-settings.js';
import { postgresViewStorage } from '../../infra/postgres/view-storage.js';
import { sqliteViewStorage } from '../../infra/sql/sqlite-view-storage.js';
import type { ViewStorage } from '../../infra/sql/view-storage.js';
import type { BookkeepingTables } from '../../infra/sql/view-target.js';
import { directoryShapes } from '../../projections/directory/tables.js';
import { directoryView } from '../../projections/directory/view.js';
import type { View } from '../../projections/runner/view.js';
import { sessionShapes } from '../../projections/sessions/tables.js';
import { sessionsView } from '../../projections/sessions/view.js';
import type { TableShape } from '../../projections/sql/table-shape.js';

/** A view that is kept in SQL tables, as whoever operates it sees it: by its tables, not by what they mean. */
export interface SqlView {
  readonly view: View<Transaction<BookkeepingTables>>;
  readonly shapes: Readonly<Record<string, TableShape>>;
  /** Where its tables are; undefined if it is kept in something else. */
  storage(settings: AnnalsSettings): ViewStorage | undefined;
}

/** Every view that can be kept in SQL tables. */
export const sqlViews: readonly SqlView[] = [
  {
    view: directoryView as unknown as SqlView['view'],
    shapes: directoryShapes,
    storage: ({ directory, dataDir }) => storageAt(directory, dataDir, 'directory'),
  },
  {
    view: sessionsView as unknown as SqlView['view'],
    shapes: sessionShapes,
    storage: ({ sessions, dataDir }) => storageAt(sessions, dataDir, 'sessions'),
  },
];

/** The views that the settings have in SQL tables. */
export function sqlViewsIn(settings: AnnalsSettings): readonly SqlView[] {
  return sqlViews.filter((one) => one.storage(settings) !== undefined);
}

/** Where the tables of a view are that is kept in tables. */
export function storageOf({ view, storage }: SqlView, settings: AnnalsSettings): ViewStorage {
  const found = storage(settings);
  if (!found) throw new Error(`the view ${view.name} is not kept in SQL tables`);
  return found;
}

/** The SQL view of that name. */
export function sqlView(name: string): SqlView {
  const found = sqlViews.find(({ view }) => view.name === name);
  if (!found) throw new Error(`no view is called ${name}`);
  return found;
}

function storageAt(location: SessionsLocation, dataDir: string, name: string): ViewStorage | undefined {
  if (location.engine === 'redis') return undefined;
  if (location.engine === 'postgres') return postgresViewStorage(location.url, `annals_${name}`);
  return sqliteViewStorage(location.file ?? join(dataDir, `${name}.db`));
}
