import { forgetSubjects } from '../../command-service/unit-of-work.js';
import type { Position } from '../../infra/ports/event-log.js';
import { openPostgresLeases } from '../../infra/postgres/leases.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { clock, pause, type ServiceOptions } from '../service/process-parts.js';
import { scrubber } from '../service/scrubber.js';
import type { Service } from '../service/service.js';
import { BUILT_VIEWS, buildViews } from './built-views.js';
import { internalKeys } from './internal-keys.js';
import { LEASE_MS } from './leased.js';
import { openMemberProcess } from './member-process.js';
import { serveMember } from './member-server.js';

/** Where a view is said to be that another process builds. */
const ELSEWHERE: Position = 2n ** 63n;

/** Starts a process that builds views: each of them that no other process builds, and stands by for the rest. */
export async function startProjector(options: ServiceOptions): Promise<Service> {
  const { logger, settings } = options;
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

  const server = await serveMember({
    options,
    keys,
    member,
    telemetry,
    endpoints: [],
    views: BUILT_VIEWS,
    passed: (view) => views.positions().get(view) ?? ELSEWHERE,
    parkedStreams: views.parkedStreams,
  });

  return {
    server,
    async stop() {
      await server.close(0);
      await views.stop();
      await scrubbing.finish();
      await leases.close();
      await member.stop();
    },
  };
}
