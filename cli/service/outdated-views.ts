import { randomBytes } from 'node:crypto';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { ViewStorage } from '../../infra/sql/view-storage.js';
import { type BookkeepingTables, storedVersion } from '../../infra/sql/view-target.js';
import { tablesFit } from '../../projections/sql/table-shape.js';
import { rebuildView } from '../projections/rebuild.js';
import { type SqlView, sqlViewsIn, storageOf } from './sql-views.js';
import type { Stores } from './stores.js';

export interface OutdatedViewsOptions {
  readonly stores: Pick<Stores, 'log' | 'store'>;
  readonly settings: AnnalsSettings;
  readonly logger: Logger;
  readonly sleep: (ms: number) => Promise<void>;
}

const UNDER_WAY_PAUSE_MS = 500;
const REPORT_EVERY_MS = 5_000;

/**
 * Rebuilds the views whose rows are of an older version than this program's, or whose tables are missing or have other
 * columns. To be called before projections start.
 *
 * @throws Error if rows are of a newer version: a process of the old one that starts again must not build them back
 */
export async function rebuildOutdatedViews(options: OutdatedViewsOptions): Promise<void> {
  for (const sqlView of sqlViewsIn(options.settings)) {
    const storage = storageOf(sqlView, options.settings);
    for (;;) {
      const found = await outdated(sqlView, storage);
      if (!found) break;
      if (found.version !== null && found.version > sqlView.view.version)
        throw new Error(builtByNewer(sqlView.view, found.version));
      const done = await rebuildAtStart(options, sqlView, storage, found.version);
      if (done) break;
      options.logger.warn({ view: sqlView.view.name }, 'another process is rebuilding the view; waiting for it');
      await options.sleep(UNDER_WAY_PAUSE_MS);
    }
  }
}

function builtByNewer({ name, version }: SqlView['view'], found: number): string {
  return (
    `The view ${name} is of version ${found}, built by a newer Annals; this one builds version ${version}. ` +
    `Run the newer one, or go back on purpose: annals projections rebuild ${name}`
  );
}

/** The SQL views whose rows this program can't work with, by name. */
export async function outdatedViews(settings: AnnalsSettings): Promise<readonly string[]> {
  const names: string[] = [];
  for (const sqlView of sqlViewsIn(settings))
    if (await outdated(sqlView, storageOf(sqlView, settings))) names.push(sqlView.view.name);
  return names;
}

async function outdated(
  { view, shapes }: SqlView,
  storage: ViewStorage,
): Promise<{ version: number | null } | undefined> {
  const db = storage.reader<BookkeepingTables>();
  try {
    const version = await storedVersion(db, view.name);
    const fits = (version === undefined || version === view.version) && (await tablesFit(db, shapes));
    return fits ? undefined : { version: version ?? null };
  } finally {
    await db.destroy();
  }
}

async function rebuildAtStart(
  { stores, logger, sleep }: OutdatedViewsOptions,
  sqlView: SqlView,
  storage: ViewStorage,
  was: number | null,
): Promise<boolean> {
  const { name, version } = sqlView.view;
  logger.warn({ view: name, was, version }, 'the view is outdated: rebuilding it before the service gets ready');
  let reportedAt = performance.now();
  const rebuilt = await rebuildView({
    ...stores,
    sqlView,
    storage,
    sleep,
    signal: new AbortController().signal,
    token: randomBytes(4).toString('hex'),
    keepOld: false,
    graceMs: 0,
    acceptParked: true,
    onParked: ({ stream, position, eventType, error }) =>
      logger.error({ view: name, stream, position: String(position), eventType, error }, 'stream parked in a rebuild'),
    onStage: () => undefined,
    onProgress({ events, position }, goal) {
      if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
      reportedAt = performance.now();
      logger.info({ view: name, events, position: String(position), goal: String(goal) }, 'rebuilding the view');
    },
  });
  if (rebuilt.status !== 'OK') return false;
  logger.info({ view: name, checkpoint: String(rebuilt.checkpoint), parked: rebuilt.parked.length }, 'view rebuilt');
  return true;
}
