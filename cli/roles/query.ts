import { storedParkedStreams } from '../../infra/sql/view-target.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { directoryView } from '../../projections/directory/view.js';
import { sessionsView } from '../../projections/sessions/view.js';
import { localQueryBus } from '../../query-service/query.js';
import { clock, queryDeps, type ServiceOptions } from '../service/process-parts.js';
import type { Service } from '../service/service.js';
import type { Stores } from '../service/stores.js';
import { BUILT_VIEWS } from './built-views.js';
import { queryEndpoint } from './bus-endpoints.js';
import { followEndpoint } from './follow-endpoint.js';
import { internalKeys } from './internal-keys.js';
import { openMemberProcess } from './member-process.js';
import { serveMember } from './member-server.js';
import { KEPT_VIEWS } from './membership.js';

const CATCH_UP_MS = 20_000;
const ALL_VIEWS = [...BUILT_VIEWS, ...KEPT_VIEWS];

/** Starts a process of the read side, which also keeps gateways up to date. */
export async function startQueryService(options: ServiceOptions): Promise<Service> {
  const { testMode, logger, settings } = options;
  const keys = internalKeys(settings);
  const telemetry = prometheusTelemetry({
    async projectionLag() {
      const head = await stores.log.head();
      return new Map(ALL_VIEWS.map((view) => [view, Math.max(0, Number(head - membership.board.position(view)))]));
    },
    parkedStreams: () => parkedStreams(stores),
  });
  const member = await openMemberProcess(options, telemetry, false);
  const { stores, registry, membership, copies } = member;
  const queries = localQueryBus(queryDeps({ stores, registry, progress: membership.board, testMode }));
  await member.join();
  // What is not in the views by then is known to be missing: it is read from its streams.
  if (!(await membership.board.waitFor(BUILT_VIEWS, await stores.log.head(), CATCH_UP_MS)))
    logger.warn({}, 'the views have not caught up yet; answering all the same');

  const server = await serveMember({
    options,
    keys,
    member,
    telemetry,
    endpoints: [
      queryEndpoint(queries, { kept: copies.progress, isStale: membership.isStale, logger }),
      followEndpoint({ ...stores, membership, copies, views: ALL_VIEWS, clock }),
    ],
    views: ALL_VIEWS,
    passed: membership.board.position,
    parkedStreams: () => parkedStreams(stores),
  });

  return {
    server,
    async stop() {
      await server.close(0);
      await member.stop();
    },
  };
}

/** Of the views in SQL tables: how many streams are parked, by view; views without any are left out. */
async function parkedStreams({ directory, sessions }: Stores): Promise<ReadonlyMap<string, number>> {
  const inDirectory = await storedParkedStreams(directory.reader as never, directoryView.name);
  const inSessions = sessions.database
    ? await storedParkedStreams(sessions.database.reader as never, sessionsView.name)
    : [];
  const counts = [
    [directoryView.name, inDirectory.length],
    [sessionsView.name, inSessions.length],
  ] as const;
  return new Map(counts.filter(([, count]) => count > 0));
}
