import { randomUUID } from 'node:crypto';
import { localCommandBus, runCommand } from '../../command-service/command.js';
import { initialiseBaseTenant } from '../../command-service/tenancy/initialise-base-tenant.js';
import { forgetSubjects } from '../../command-service/unit-of-work.js';
import { healthProbes } from '../../gateway/health-probes.js';
import { requestStats } from '../../gateway/request-stats.js';
import type { GatewayDeps } from '../../gateway/services.js';
import type { HttpServer } from '../../infra/http/server.js';
import { phoneNumbers } from '../../infra/phone-numbers/google-libphonenumber.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { progressBoard } from '../../projections/runner/progress.js';
import { tenancyRegistry } from '../../projections/tenancy/registry.js';
import { localQueryBus } from '../../query-service/query.js';
import { serviceJobs } from '../jobs/jobs.js';
import { startJobs, systemClock } from '../jobs/scheduler.js';
import { startGatewayServer } from './gateway-server.js';
import { reportInvalidTenants } from './invalid-tenants.js';
import { preparedStores } from './prepared-stores.js';
import {
  clock,
  commandDeps,
  now,
  pause,
  queryDeps,
  type ServiceOptions,
  startWorkers,
  streamCache,
} from './process-parts.js';
import { startProjections } from './projections.js';
import { readinessCheck } from './readiness.js';
import { scrubber } from './scrubber.js';
import { whenReachable } from './when-reachable.js';

export interface Service {
  readonly server: HttpServer;
  /** Finishes what runs, and closes everything. */
  stop(): Promise<void>;
}

const CATCH_UP_MS = 60_000;
const REQUEST_GRACE_MS = 5_000;
const JOB_GRACE_MS = 10_000;

/**
 * Starts everything in one process, on the stores that the settings name. Waits for stores that can't be reached.
 * Requests are taken once the views have caught up.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { base, testMode, logger } = options;
  const { registry, tables: registryTables } = tenancyRegistry({ base, testMode });
  const progress = progressBoard();
  const workers = startWorkers(base);
  const telemetry: Telemetry = prometheusTelemetry({
    hashQueue: () => workers.hasher.stats(),
    mintQueue: () => workers.minter.stats(),
    async projectionLag() {
      const head = await stores.log.head();
      return new Map(projections.views.map((view) => [view, Math.max(0, Number(head - progress.position(view)))]));
    },
    parkedStreams: () => projections.parkedStreams(),
  });
  const stores = await whenReachable(() => preparedStores(options, telemetry), { logger, sleep: pause, clock });
  const cache = streamCache();
  const scrubbing = scrubber(stores.scrub, (err) => logger.warn({ err }, 'scrubbing erased rows failed'));
  const projections = startProjections({
    stores,
    registryTables,
    progress,
    logger,
    sleep: pause,
    onParked: (view) => telemetry.parked(view),
    onErased(isErased) {
      forgetSubjects(cache, isErased);
      scrubbing.soon();
    },
  });
  const head = await stores.log.head();
  if (!(await progress.waitFor(projections.views, head, CATCH_UP_MS)))
    logger.warn({}, 'the views have not caught up yet; answering all the same');
  reportInvalidTenants(registry, logger);

  const deps = commandDeps({ options, stores, registry, workers, cache, telemetry });
  await runCommand(deps, initialiseBaseTenant, {}, { correlationId: randomUUID(), actor: 'job:start' });
  const gateway: GatewayDeps = {
    commands: localCommandBus(deps),
    queries: localQueryBus(queryDeps({ stores, registry, progress, testMode })),
    registry,
    progress,
    phoneNumbers: phoneNumbers(),
    viewsOf: projections.viewsOf,
    base,
    configPath: options.configPath,
    processId: String(process.pid),
    testMode,
    logger,
    telemetry,
    probeStore: async () => {
      await stores.log.head();
    },
    probes: healthProbes(),
    stats: requestStats(),
    now,
    uuid: randomUUID,
  };
  const readiness = readinessCheck({
    views: projections.views,
    head: stores.log.head,
    passed: progress.position,
    parkedStreams: projections.parkedStreams,
    askKeyring: () => stores.keyringStore.checkpoint(),
    now,
  });
  const server = await startGatewayServer(gateway, readiness.check);

  const jobs = startJobs({
    jobs: [
      readiness.watch,
      ...serviceJobs({ commands: gateway.commands, queries: gateway.queries, progress, registry, uuid: randomUUID }),
    ],
    testMode,
    clock: systemClock,
    logger,
    onRun: telemetry.job,
  });

  return {
    server,
    async stop() {
      await server.close(REQUEST_GRACE_MS);
      await jobs.stop(JOB_GRACE_MS);
      await projections.stop();
      await scrubbing.finish();
      await workers.close();
      await stores.close();
    },
  };
}
