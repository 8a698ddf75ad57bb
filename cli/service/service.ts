import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type CommandDeps, localCommandBus, runCommand } from '../../command-service/command.js';
import { initialiseBaseTenant } from '../../command-service/tenancy/initialise-base-tenant.js';
import { type FoldedStream, forgetSubjects, unitOfWork } from '../../command-service/unit-of-work.js';
import type { CoreConfig } from '../../domain/config/options.js';
import { endpoints } from '../../gateway/endpoints.js';
import { healthProbes } from '../../gateway/health-probes.js';
import { openApiDocument } from '../../gateway/openapi.js';
import { withOperations } from '../../gateway/operations.js';
import { pipeline } from '../../gateway/pipeline.js';
import { requestStats } from '../../gateway/request-stats.js';
import { routeTable } from '../../gateway/routes.js';
import type { GatewayDeps } from '../../gateway/services.js';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { createPasswordHasher } from '../../infra/hashing/bounded-password-hasher.js';
import { type HttpServer, startHttpServer } from '../../infra/http/server.js';
import { phoneNumbers } from '../../infra/phone-numbers/google-libphonenumber.js';
import type { AppendResult } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { PasswordHasher } from '../../infra/ports/password-hasher.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { sha256Hex } from '../../infra/tokens/digest.js';
import { createKeyPairSupply } from '../../infra/tokens/key-pair-supply.js';
import { createTokenMinter } from '../../infra/tokens/pool.js';
import { generateRefreshTokenKey } from '../../infra/tokens/refresh-token-key.js';
import { createTokenVerifier } from '../../infra/tokens/token-verifier.js';
import { sessionIndex } from '../../projections/directory/session-index.js';
import { progressBoard } from '../../projections/runner/progress.js';
import { tenancyRegistry } from '../../projections/tenancy/registry.js';
import { localQueryBus } from '../../query-service/query.js';
import { serviceJobs } from '../jobs/jobs.js';
import { startJobs, systemClock } from '../jobs/scheduler.js';
import { reportInvalidTenants } from './invalid-tenants.js';
import { rebuildOutdatedViews } from './outdated-views.js';
import { startProjections } from './projections.js';
import { readinessCheck } from './readiness.js';
import { scrubber } from './scrubber.js';
import { openStores, type StoreEvents, type Stores } from './stores.js';
import { emptyViewsAhead } from './views-ahead.js';
import { whenReachable } from './when-reachable.js';

export interface ServiceOptions {
  /** As loaded, without derived values. */
  readonly base: CoreConfig;
  readonly configPath: string;
  readonly settings: AnnalsSettings;
  readonly testMode: boolean;
  readonly logger: Logger;
}

export interface Service {
  readonly server: HttpServer;
  /** Finishes what runs, and closes everything. */
  stop(): Promise<void>;
}

const CACHED_STREAMS = 20_000;
const REMEMBERED_USERS = 100_000;
const REMEMBERED_APPS = 20_000;
/** Apps whose keys are kept at hand: some 6 KB each. */
const REMEMBERED_SIGNING_KEYS = 5_000;
const CATCH_UP_MS = 60_000;
const REQUEST_GRACE_MS = 5_000;
const JOB_GRACE_MS = 10_000;

/**
 * Starts everything in one process, on the stores that the settings name. Waits for stores that can't be reached.
 * Requests are taken once the views have caught up.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { base, testMode, logger } = options;
  const now = Date.now;
  const clock = () => performance.now();
  const { registry, tables: registryTables } = tenancyRegistry({ base, testMode });
  const progress = progressBoard();
  const hasher = passwordHasher(base);
  const minter = createTokenMinter();
  const keyPairs = createKeyPairSupply();
  const telemetry: Telemetry = prometheusTelemetry({
    hashQueue: () => hasher.stats(),
    mintQueue: () => minter.stats(),
    async projectionLag() {
      const head = await stores.log.head();
      return new Map(projections.views.map((view) => [view, Math.max(0, Number(head - progress.position(view)))]));
    },
    parkedStreams: () => projections.parkedStreams(),
  });
  const stores = await whenReachable(() => preparedStores(options, now, telemetry), { logger, sleep, clock });
  const cache = new LRUCache<string, FoldedStream>({ max: CACHED_STREAMS });
  const scrubbing = scrubber(stores.scrub, (err) => logger.warn({ err }, 'scrubbing erased rows failed'));
  const projections = startProjections({
    stores,
    registryTables,
    progress,
    logger,
    sleep,
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

  const store = measured(stores.store, telemetry);
  const sessions = sessionIndex(stores.directory.reader as never);
  const commandDeps: CommandDeps = {
    unitOfWork: unitOfWork({
      store,
      cache,
      random: Math.random,
      sleep: async (ms) => {
        await sleep(ms);
      },
      clock,
      onConflict: () => telemetry.conflict(),
    }),
    store,
    registry,
    base,
    hasher,
    minter,
    keyPairs,
    newRefreshTokenKey: generateRefreshTokenKey,
    sessionIndex: sessions,
    now,
    random: Math.random,
    uuid: randomUUID,
    randomBytes,
    sha256Hex,
    testMode,
    signInProtection: options.settings.signInProtection,
    deleteStream: (stream) => stores.log.delete(stream),
    memory: {
      recentlyActive: new LRUCache({ max: REMEMBERED_USERS }),
      lastJoined: new LRUCache({ max: REMEMBERED_APPS }),
      signingKeys: new LRUCache({ max: REMEMBERED_SIGNING_KEYS }),
      signingKeysInTheMaking: new Map(),
      tenancyTurns: new Map(),
    },
    onSignInRefused: telemetry.refusedSignIn,
    onSwallowed: (what, err) => logger.warn({ what, err }, 'failed, and the request went on'),
  };
  await runCommand(commandDeps, initialiseBaseTenant, {}, { correlationId: randomUUID(), actor: 'job:start' });
  const gateway: GatewayDeps = {
    commands: localCommandBus(commandDeps),
    queries: localQueryBus({
      directory: stores.directory.reader as never,
      sessions: stores.sessions.view,
      store,
      registry,
      progress,
      sessionIndex: sessions,
      tokens: createTokenVerifier(),
      signingKeys: new LRUCache({ max: REMEMBERED_SIGNING_KEYS }),
      now,
      sha256Hex,
      testMode,
    }),
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
  const handle = withOperations(
    { gateway, readiness: readiness.check, openApi: once(() => JSON.stringify(openApiDocument(endpoints))) },
    pipeline(gateway, routeTable(endpoints, base.base_path)),
  );
  const server = await startHttpServer({
    host: base.host,
    port: base.port,
    handle,
    onError: (err, request) => logger.error({ err, ...request }, 'request failed'),
  });

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
      keyPairs.close();
      await minter.close();
      await stores.close();
    },
  };
}

function storeEvents(logger: Logger, telemetry: Telemetry): StoreEvents {
  return {
    feedDropped(err) {
      telemetry.feedDropped();
      logger.warn({ err }, 'a feed of the event log broke off; going on where it was');
    },
    sessions: {
      outage: (err) => logger.warn({ err }, 'Redis does not answer: sessions are read from their streams'),
      recovered: () => logger.info({}, 'Redis answers again'),
      voided: (reason) => logger.warn({ reason }, 'Redis holds no sessions; they come back as they are asked for'),
    },
  };
}

/** The stores, with views that fit the log and this program. */
async function preparedStores(
  { settings, logger }: ServiceOptions,
  now: () => number,
  telemetry: Telemetry,
): Promise<Stores> {
  const stores = await openStores(settings, now, storeEvents(logger, telemetry));
  try {
    await emptyViewsAhead(stores.log, settings, logger);
    await rebuildOutdatedViews({ stores, settings, logger, sleep });
    return stores;
  } catch (error) {
    await stores.close();
    throw error;
  }
}

function passwordHasher(base: CoreConfig): PasswordHasher {
  return createPasswordHasher({
    bcryptCost: base.bcrypt_log_rounds,
    argon2: {
      iterations: base.argon2_iterations,
      memoryKb: base.argon2_memory_kb,
      parallelism: base.argon2_parallelism,
    },
    argon2PoolSize: base.argon2_hashing_pool_size,
    firebasePoolSize: base.firebase_password_hashing_pool_size,
  });
}

/** The same store, its appends measured. */
function measured(store: EventStore, telemetry: Telemetry): EventStore {
  return {
    ...store,
    async append(records, checks): Promise<AppendResult> {
      const started = performance.now();
      const seconds = () => (performance.now() - started) / 1000;
      try {
        const result = await store.append(records, checks);
        telemetry.append(seconds(), result.ok ? 'ok' : 'conflict');
        return result;
      } catch (error) {
        telemetry.append(seconds(), 'error');
        throw error;
      }
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
