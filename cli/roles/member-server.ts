import type { HttpServer } from '../../infra/http/server.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import { startJobs, systemClock } from '../jobs/scheduler.js';
import { now, type ServiceOptions } from '../service/process-parts.js';
import { type ReadinessOptions, readinessCheck } from '../service/readiness.js';
import type { InternalKeys } from './internal-keys.js';
import { type InternalEndpoint, startInternalServer } from './internal-server.js';
import type { MemberProcess } from './member-process.js';

export interface MemberServerOptions extends Pick<ReadinessOptions, 'views' | 'passed' | 'parkedStreams'> {
  readonly options: ServiceOptions;
  readonly keys: InternalKeys;
  readonly member: MemberProcess;
  readonly telemetry: Telemetry;
  readonly endpoints: readonly InternalEndpoint[];
}

export const JOB_GRACE_MS = 10_000;

/** Serves a process that opens the stores, and watches whether its views keep up. */
export async function serveMember({
  options,
  keys,
  member,
  telemetry,
  endpoints,
  ...watched
}: MemberServerOptions): Promise<HttpServer> {
  const { base, testMode, logger } = options;
  const { stores } = member;
  const readiness = readinessCheck({
    ...watched,
    head: stores.log.head,
    askKeyring: () => stores.keyringStore.checkpoint(),
    now,
  });
  const server = await startInternalServer({
    host: base.host,
    port: base.port,
    keys: keys.accepted,
    endpoints,
    readiness: member.readiness(readiness.check),
    telemetry,
    logger,
  });
  const watching = startJobs({ jobs: [readiness.watch], testMode, clock: systemClock, logger, onRun: telemetry.job });
  return {
    ...server,
    async close(graceMs) {
      await server.close(graceMs);
      await watching.stop(JOB_GRACE_MS);
    },
  };
}
