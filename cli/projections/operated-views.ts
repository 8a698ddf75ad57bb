import { randomBytes } from 'node:crypto';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { sessionChangesView } from '../../projections/sessions/view.js';
import { type SqlView, sqlViews, storageOf } from '../service/sql-views.js';
import { sqlViewStatus } from './list.js';
import type { OperatedView } from './operated-view.js';
import { rebuildView } from './rebuild.js';
import { redisSessions } from './redis-sessions.js';
import { retryView } from './retry.js';
import { verifyView } from './verify.js';

/** The views that can be operated, wherever the settings have them. */
export function operatedViews(settings: AnnalsSettings): readonly OperatedView[] {
  return sqlViews.map((sqlView) => {
    if (settings.sessions.engine === 'redis' && sqlView.view.name === sessionChangesView.name)
      return redisSessions(settings.sessions.url);
    return inTables(sqlView, settings);
  });
}

function inTables(sqlView: SqlView, settings: AnnalsSettings): OperatedView {
  const storage = storageOf(sqlView, settings);
  return {
    name: sqlView.view.name,
    status: (log) => sqlViewStatus(sqlView, storage, log),
    rebuild: (work, choice) =>
      rebuildView({ ...work, ...choice, sqlView, storage, token: randomBytes(4).toString('hex') }),
    verify: (work) => verifyView({ ...work, sqlView, storage }),
    retry: (log, store, onRetried) => retryView(sqlView, storage, log, store, onRetried),
  };
}
