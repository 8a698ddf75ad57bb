import { join } from 'node:path';
import type { Transaction } from 'kysely';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
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
  /** The file it is kept in. */
  file(settings: AnnalsSettings): string;
}

/** Every view that is kept in SQL tables. */
export const sqlViews: readonly SqlView[] = [
  {
    view: directoryView as unknown as SqlView['view'],
    shapes: directoryShapes,
    file: (settings) => settings.directory.file ?? join(settings.dataDir, 'directory.db'),
  },
  {
    view: sessionsView as unknown as SqlView['view'],
    shapes: sessionShapes,
    file: (settings) => settings.sessions.file ?? join(settings.dataDir, 'sessions.db'),
  },
];

/** The SQL view of that name. */
export function sqlView(name: string): SqlView {
  const found = sqlViews.find(({ view }) => view.name === name);
  if (!found) throw new Error(`no view is called ${name}`);
  return found;
}
