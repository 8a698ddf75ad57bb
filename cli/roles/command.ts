import { randomUUID } from 'node:crypto';
import { localCommandBus, runCommand } from '../../command-service/command.js';
import { initialiseBaseTenant } from '../../command-service/tenancy/initialise-base-tenant.js';
import { openPostgresLeases } from '../../infra/postgres/leases.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { localQueryBus } from '../../query-service/query.js';
import { serviceJobs } from '../jobs/jobs.js';
import { startJobs, systemClock } from '../jobs/scheduler.js';
import { reportInvalidTenants } from '../service/invalid-tenants.js';
import { clock, commandDeps, pause, queryDeps, type ServiceOptions, startWorkers } from '../service/process-parts.js';
import type { Service } from '../service/service.js';
import { commandEndpoint } from './bus-endpoints.js';
import { internalKeys } from './internal-keys.js';
import { LEASE_MS, runLeased } from './leased.js';
import { openMemberProcess } from './member-process.js';
import { JOB_GRACE_MS, serveMember } from './member-server.js';
import { KEPT_VIEWS } from './membership.js';

/** Starts a process of the write side. One of them runs the background jobs. */
export async function startCommandService(options: ServiceOptions): Promise<Service> {
  const { base, testMode, logger, settings } = options;
  const keys = internalKeys(settings);
  const workers = startWorkers(base);
  const telemetry = prometheusTelemetry({
    hashQueue: () => workers.hasher.stats(),
    mintQueue: () => workers.minter.stats(),
  });
  const member = await openMemberProcess(options, telemetry, false);
  const { stores, registry, membership, copies, cache } = member;
  const deps = commandDeps({ options, stores, registry, workers, cache, telemetry });
  const commands = localCommandBus(deps);
  const queries = localQueryBus(queryDeps({ stores, registry, progress: membership.board, testMode }));
  const leases = await openPostgresLeases(member.url, LEASE_MS);
  await runCommand(deps, initialiseBaseTenant, {}, { correlationId: randomUUID(), actor: 'job:start' });
  await member.join();
  reportInvalidTenants(registry, logger);

  const server = await serveMember({
    options,
    keys,
    member,
    telemetry,
    endpoints: [commandEndpoint(commands, { kept: copies.progress, isStale: membership.isStale, logger })],
    views: KEPT_VIEWS,
    passed: copies.progress.position,
    parkedStreams: async () => new Map(),
  });
  const jobs = runLeased({
    leases,
    name: 'jobs',
    holder: membership.name,
    logger,
    clock,
    sleep: pause,
    async run(signal) {
      const parts = { commands, queries, progress: membership.board, registry, uuid: randomUUID };
      const running = startJobs({
        jobs: serviceJobs(parts),
        testMode,
        clock: systemClock,
        logger,
        onRun: telemetry.job,
      });
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await running.stop(JOB_GRACE_MS);
      return 'over';
    },
  });

  return {
    server,
    async stop() {
      await server.close(0);
      await jobs.stop();
      await leases.close();
      await member.stop();
      await workers.close();
    },
  };
}
