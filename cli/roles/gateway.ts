import { randomUUID } from 'node:crypto';
import { BASE_TENANT } from '../../domain/tenancy/ids.js';
import { UNAVAILABLE } from '../../gateway/failure.js';
import { healthProbes } from '../../gateway/health-probes.js';
import { requestStats } from '../../gateway/request-stats.js';
import type { GatewayDeps } from '../../gateway/services.js';
import { phoneNumbers } from '../../infra/phone-numbers/google-libphonenumber.js';
import type { Readiness } from '../../infra/ports/readiness.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { openServicePool } from '../../infra/wire/service-pool.js';
import { directoryView } from '../../projections/directory/view.js';
import { erasureView, forgettingView } from '../../projections/erasure/view.js';
import { sessionsView } from '../../projections/sessions/view.js';
import { tenancyRegistry, tenancyView } from '../../projections/tenancy/registry.js';
import { probeStore } from '../../query-service/service/probe-store.js';
import { startGatewayServer } from '../service/gateway-server.js';
import { reportInvalidTenants } from '../service/invalid-tenants.js';
import { clock, now, pause, type ServiceOptions } from '../service/process-parts.js';
import type { Service } from '../service/service.js';
import { viewsByEventType } from '../service/views-by-event-type.js';
import { followInstallation } from './follower.js';
import { internalKeys } from './internal-keys.js';
import { remoteCommandBus, remoteQueryBus } from './remote-buses.js';

const REQUEST_GRACE_MS = 5_000;
/** How long a gateway that is to stop goes on answering, in ms, while balancers see that it is not ready. */
const DRAIN_MS = 1_500;
const BASE_TENANT_PAUSE_MS = 100;

/** Starts a process that speaks the CDI. It opens no store and holds no key: the other roles do what is asked of it. */
export async function startGateway(options: ServiceOptions): Promise<Service> {
  const { base, testMode, logger, settings } = options;
  const keys = internalKeys(settings);
  if (settings.commandUrls.length === 0 || settings.queryUrls.length === 0)
    throw new Error(
      'A gateway needs ANNALS_COMMAND_URLS and ANNALS_QUERY_URLS, which name the processes of those roles',
    );
  const pool = (name: string, urls: readonly string[]) =>
    openServicePool({
      name,
      urls,
      key: keys.sent,
      onChange: (url, isUp, err) =>
        isUp
          ? logger.info({ service: name, url }, 'a process answers again')
          : logger.warn({ service: name, url, err }, 'a process does not answer; it is left out until it does'),
    });
  const commandServices = pool('command', settings.commandUrls);
  const queryServices = pool('query', settings.queryUrls);
  const telemetry = prometheusTelemetry({});
  const { registry, tables } = tenancyRegistry({ base, testMode });
  const follower = followInstallation({
    queries: queryServices,
    registryTables: tables,
    logger,
    onParked: telemetry.parked,
    clock,
    sleep: pause,
  });
  const queries = remoteQueryBus(queryServices, follower.tenancy);
  const gateway: GatewayDeps = {
    commands: remoteCommandBus(commandServices, follower.tenancy),
    queries,
    registry,
    progress: follower.board,
    viewsOf: viewsByEventType([erasureView, tenancyView, directoryView, sessionsView, forgettingView] as never),
    base,
    configPath: options.configPath,
    phoneNumbers: phoneNumbers(),
    processId: String(process.pid),
    testMode,
    logger,
    telemetry,
    probeStore: async () => {
      await queries.ask(probeStore, {});
    },
    probes: healthProbes(),
    stats: requestStats(),
    now,
    uuid: randomUUID,
  };

  let isStopping = false;

  async function readiness(): Promise<Readiness> {
    const reasons = [
      ...(isStopping ? ['this process is about to stop'] : []),
      ...(follower.isStale() ? ['no process of the role query can be followed'] : []),
      ...(commandServices.available() === 0 ? ['no process of the role command answers'] : []),
      ...(queryServices.available() === 0 ? ['no process of the role query answers'] : []),
    ];
    return { reasons, parked: new Map() };
  }

  await follower.joined();
  while (!registry.tenant(BASE_TENANT)) await pause(BASE_TENANT_PAUSE_MS);
  reportInvalidTenants(registry, logger);
  const server = await startGatewayServer(gateway, readiness, () => (follower.isStale() ? UNAVAILABLE : undefined));

  return {
    server,
    async stop() {
      isStopping = true;
      await pause(DRAIN_MS);
      await server.close(REQUEST_GRACE_MS);
      await follower.stop();
      await commandServices.close();
      await queryServices.close();
    },
  };
}
