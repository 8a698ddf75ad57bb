import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import type { EventLog, Position } from '../../infra/ports/event-log.js';
import type { SessionView } from '../../infra/ports/session-view.js';
import type { RedisSessionEvents } from '../../infra/redis/session-view.js';
import { sqlViewTarget } from '../../infra/sql/view-target.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import type { View, ViewTarget } from '../../projections/runner/view.js';
import { expiredInDirectory } from '../../projections/sessions/expired-in-directory.js';
import { sqlSessionView } from '../../projections/sessions/sql-session-view.js';
import type { SessionTables } from '../../projections/sessions/tables.js';
import { sessionChangesView, sessionsView } from '../../projections/sessions/view.js';
import { sqlView } from './sql-views.js';
import { isStoreFault } from './store-faults.js';
import { openViewDatabase, type ViewDatabase } from './view-database.js';

/** How far the log goes, and how far the runner has come with the sessions view. */
export interface SessionProgress {
  readonly head: EventLog['head'];
  readonly passed: () => Position;
}

/** The sessions view with the place it is written to. */
export interface SessionProjection {
  readonly definition: View<never>;
  readonly target: ViewTarget<never>;
  stop(): Promise<void>;
}

/** Where sessions are looked up: SQL tables, or Redis. */
export interface SessionStore {
  readonly view: SessionView;
  /** The tables; undefined if there are none. */
  readonly database: ViewDatabase<SessionTables> | undefined;
  /** Makes this process the one that writes. */
  project(progress: SessionProgress): SessionProjection;
  close(): Promise<void>;
}

/** @param directory where expired sessions are found if the store drops them by itself */
export async function openSessionStore(
  settings: AnnalsSettings,
  directory: ViewDatabase<DirectoryTables>,
  events: RedisSessionEvents,
): Promise<SessionStore> {
  if (settings.sessions.engine === 'redis') return redisSessionStore(settings.sessions.url, directory, events);
  const database = await openViewDatabase<SessionTables>(sqlView(sessionsView.name), settings);
  return {
    view: sqlSessionView(database.reader as never),
    database,
    project: () => ({
      definition: sessionsView as unknown as View<never>,
      target: sqlViewTarget(database.writer, sessionsView.name, sessionsView.version, isStoreFault) as never,
      stop: async () => undefined,
    }),
    close: database.close,
  };
}

async function redisSessionStore(
  url: string,
  directory: ViewDatabase<DirectoryTables>,
  events: RedisSessionEvents,
): Promise<SessionStore> {
  // Loaded where it is used: most installations have no Redis.
  const { openRedisSessionView } = await import('../../infra/redis/session-view.js');
  const expired = expiredInDirectory(directory.reader as never);
  const redis = openRedisSessionView({ url, version: sessionChangesView.version, expired, events });
  return {
    view: redis.view,
    database: undefined,
    project(progress) {
      const { target, stop } = redis.project(progress);
      const isFault = (error: unknown): boolean => isStoreFault(error) || target.isFault(error);
      return {
        definition: sessionChangesView as unknown as View<never>,
        target: { ...target, isFault } as unknown as ViewTarget<never>,
        stop,
      };
    },
    close: async () => redis.close(),
  };
}
