import type { CommandBus, MessageMeta } from '../../command-service/command.js';
import { retireSigningKeys } from '../../command-service/signingkeys/retire-signing-keys.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';
import type { Job } from './scheduler.js';

/** What jobs work with. */
export interface JobDeps {
  readonly commands: CommandBus;
  readonly registry: TenancyRegistry;
  /** A random UUID. */
  readonly uuid: () => string;
}

const HOUR_MS = 3_600_000;

/** The background jobs of the service (00-conventions.md 16), in the order in which they start. */
export function serviceJobs(deps: JobDeps): readonly Job[] {
  return [
    {
      name: 'DeleteExpiredAccessTokenSigningKeys',
      intervalMs: 24 * HOUR_MS,
      firstRun: 'after-interval',
      run: forEachApp(deps, 'DeleteExpiredAccessTokenSigningKeys', (appKey, meta) =>
        deps.commands.send(retireSigningKeys, { appKey }, meta),
      ),
    },
  ];
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
