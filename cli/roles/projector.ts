import { forgetSubjects } from '../../command-service/unit-of-work.js';
import type { Position } from '../../infra/ports/event-log.js';
import { openPostgresLeases } from '../../infra/postgres/leases.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { startJobs, systemClock } from '../jobs/scheduler.js';
import { clock, now, pause, type ServiceOptions } from '../service/process-parts.js';
import { readinessCheck } from '../service/readiness.js';
import { scrubber } from '../service/scrubber.js';
import type { Service } from '../service/service.js';
import { BUILT_VIEWS, buildViews } from './built-views.js';
import { internalKeys } from './internal-keys.js';
import { startInternalServer } from './internal-server.js';
import { LEASE_MS } from './leased.js';
import { openMemberProcess } from './member-process.js';

const JOB_GRACE_MS = 10_000;
/** Where a view is said to be that another process builds. */
const ELSEWHERE: Position = 2n ** 63n;

/** Starts a process that builds views: each of them that no other process builds, and stands by for the rest. */
export async function startProjector(options: ServiceOptions): Promise<Service> {
  const { base, testMode, logger, settings } = options;
  const keys = internalKeys(settings);
  const telemetry = prometheusTelemetry({
    async projectionLag() {
      const head = await stores.log.head();
      return new Map([...views.positions()].map(([view, at]) => [view, Math.max(0, Number(head - at))]));
    },
    parkedStreams: () => views.parkedStreams(),
  });
  const member = await openMemberProcess(options, telemetry, true);
  const { stores, membership, cache } = member;
  const leases = await openPostgresLeases(member.url, LEASE_MS);
  const scrubbing = scrubber(stores.scrub, (err) => logger.warn({ err }, 'scrubbing erased rows failed'));
  const views = buildViews({
    stores,
    leases,
    holder: membership.name,
    logger,
    clock,
    sleep: pause,
    telemetry,
    onMoved: membership.report,
    onErased(isErased) {
      forgetSubjects(cache, isErased);
      scrubbing.soon();
    },
  });
  // Nothing is answered from what this process keeps in memory, so nobody has to wait for it.
  membership.tell(() => ({ built: views.positions(), kept: new Map() }));

  const readiness = readinessCheck({
    views: BUILT_VIEWS,
    head: stores.log.head,
    passed: (view) => views.positions().get(view) ?? ELSEWHERE,
    parkedStreams: views.parkedStreams,
    askKeyring: () => stores.keyringStore.checkpoint(),
    now,
  });
  const server = await startInternalServer({
    host: base.host,
    port: base.port,
    keys: keys.accepted,
    endpoints: [],
    readiness: member.readiness(readiness.check),
    telemetry,
    logger,
  });
  const jobs = startJobs({ jobs: [readiness.watch], testMode, clock: systemClock, logger, onRun: telemetry.job });

  return {
    server,
    async stop() {
      await server.close(0);
      await jobs.stop(JOB_GRACE_MS);
      await views.stop();
      await scrubbing.finish();
      await leases.close();
      await member.stop();
    },
  };
}
