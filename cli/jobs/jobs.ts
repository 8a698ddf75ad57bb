import { forgetSignInFailures } from '../../command-service/bruteforce/forget-failures.js';
import type { CommandBus, MessageMeta } from '../../command-service/command.js';
import { expirePasswordlessDevices } from '../../command-service/passwordless/expire-devices.js';
import { expireSessions } from '../../command-service/session/expire-sessions.js';
import { retireSigningKeys } from '../../command-service/signingkeys/retire-signing-keys.js';
import type { Progress } from '../../infra/ports/progress.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';
import { directoryView } from '../../projections/directory/view.js';
import { sessionsView } from '../../projections/sessions/view.js';
import { expiredPasswordlessDevices } from '../../query-service/passwordless/expired-devices.js';
import type { QueryBus } from '../../query-service/query.js';
import { expiredSessions } from '../../query-service/sessions/expired-sessions.js';
import type { Job } from './scheduler.js';

/** What jobs work with. */
export interface JobDeps {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  readonly progress: Progress;
  readonly registry: TenancyRegistry;
  /** A random UUID. */
  readonly uuid: () => string;
}

const HOUR_MS = 3_600_000;
const SESSIONS_PER_APPEND = 64;
const DEVICES_PER_APPEND = 64;
const CATCH_UP_MS = 10_000;

/** The background jobs of the service (00-conventions.md 16), in the order in which they start. */
export function serviceJobs(deps: JobDeps): readonly Job[] {
  return [
    {
      name: 'RemoveOldSessions',
      intervalMs: 12 * HOUR_MS,
      firstRun: 'after-interval',
      run: removeOldSessions(deps),
    },
    {
      name: 'DeleteExpiredPasswordlessDevices',
      intervalMs: HOUR_MS,
      firstRun: 'after-interval',
      run: (signal) =>
        forEachApp(deps, 'DeleteExpiredPasswordlessDevices', (appKey, meta) =>
          deleteExpiredDevices(deps, appKey, meta, signal),
        )(signal),
    },
    {
      name: 'DeleteExpiredAccessTokenSigningKeys',
      intervalMs: 24 * HOUR_MS,
      firstRun: 'after-interval',
      run: forEachApp(deps, 'DeleteExpiredAccessTokenSigningKeys', (appKey, meta) =>
        deps.commands.send(retireSigningKeys, { appKey }, meta),
      ),
    },
    {
      name: 'ForgetOldSignInFailures',
      intervalMs: HOUR_MS,
      firstRun: 'after-interval',
      run: forgetOldSignInFailures(deps),
    },
  ];
}

/** Ends expired sessions, a few at a time, until there are none or the service stops. */
function removeOldSessions({ commands, queries, progress, uuid }: JobDeps): Job['run'] {
  return async (signal) => {
    const meta: MessageMeta = { correlationId: uuid(), actor: 'job:RemoveOldSessions' };
    while (!signal.aborted) {
      const sessions = await queries.ask(expiredSessions, { limit: SESSIONS_PER_APPEND });
      if (sessions.length === 0) return;
      const { position } = await commands.send(expireSessions, { sessions }, meta);
      // Nothing was left to end, or the view is far behind: the next run goes on.
      if (
        position === undefined ||
        !(await progress.waitFor([sessionsView.name, directoryView.name], position, CATCH_UP_MS))
      )
        return;
    }
  };
}

/** Deletes streams of failed sign-ins that decide nothing any more; each run goes on where the last one stopped. */
export function forgetOldSignInFailures({ commands, uuid }: Pick<JobDeps, 'commands' | 'uuid'>): Job['run'] {
  let after: string | null = null;
  return async (signal) => {
    const meta: MessageMeta = { correlationId: uuid(), actor: 'job:ForgetOldSignInFailures' };
    let hasMore = true;
    while (hasMore && !signal.aborted) {
      const { result } = await commands.send(forgetSignInFailures, { after }, meta);
      ({ after, hasMore } = result);
    }
  };
}

/** Ends the passwordless logins of an app that nobody finished, a few at a time. */
async function deleteExpiredDevices(
  { commands, queries, progress }: JobDeps,
  appKey: string,
  meta: MessageMeta,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const devices = await queries.ask(expiredPasswordlessDevices, { appKey, limit: DEVICES_PER_APPEND });
    if (devices.length === 0) return;
    const { position } = await commands.send(expirePasswordlessDevices, { devices }, meta);
    // Nothing was left to end, or the view is far behind: the next run goes on.
    if (position === undefined || !(await progress.waitFor([directoryView.name], position, CATCH_UP_MS))) return;
  }
}

/**
 * Does the work of a job for one app after the other until the service stops. A failure with one app does not keep the
 * others from their turn; it is the job's failure in the end.
 */
export function forEachApp(
  { registry, uuid }: Pick<JobDeps, 'registry' | 'uuid'>,
  job: string,
  work: (appKey: string, meta: MessageMeta) => Promise<unknown>,
): Job['run'] {
  return async (signal) => {
    const meta: MessageMeta = { correlationId: uuid(), actor: `job:${job}` };
    const failures: unknown[] = [];
    const apps = registry.connectionUriDomains().flatMap((cud) => registry.apps(cud));
    for (const { state } of apps) {
      if (signal.aborted) break;
      await work(state.appKey, meta).catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, `${job} failed for ${failures.length} app(s)`);
  };
}
