import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type CommandDeps, localCommandBus } from '../../command-service/command.js';
import { type FoldedStream, unitOfWork } from '../../command-service/unit-of-work.js';
import type { CoreConfig } from '../../domain/config/options.js';
import { endpoints } from '../../gateway/endpoints.js';
import { pipeline } from '../../gateway/pipeline.js';
import { requestStats } from '../../gateway/request-stats.js';
import { routeTable } from '../../gateway/routes.js';
import type { GatewayDeps } from '../../gateway/services.js';
import type { AnnalsSettings } from '../../infra/config/annals-settings.js';
import { createPasswordHasher } from '../../infra/hashing/bounded-password-hasher.js';
import { type HttpServer, startHttpServer } from '../../infra/http/server.js';
import type { AppendResult } from '../../infra/ports/event-log.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { PasswordHasher } from '../../infra/ports/password-hasher.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import { prometheusTelemetry } from '../../infra/telemetry/prometheus.js';
import { createKeyPairSupply } from '../../infra/tokens/key-pair-supply.js';
import { createTokenMinter } from '../../infra/tokens/pool.js';
import { progressBoard } from '../../projections/runner/progress.js';
import { tenancyRegistry } from '../../projections/tenancy/registry.js';
import { localQueryBus } from '../../query-service/query.js';
import { startProjections } from './projections.js';
import { scrubber } from './scrubber.js';
import { openStores } from './stores.js';

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
const CATCH_UP_MS = 60_000;
const REQUEST_GRACE_MS = 5_000;

/** Starts everything in one process, on the embedded stores. Requests are taken once the views have caught up. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { base, settings, testMode, logger } = options;
  const now = Date.now;
  const stores = await openStores(settings, now);
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
  });
  const scrubbing = scrubber(stores.scrub, (err) => logger.warn({ err }, 'scrubbing erased rows failed'));
  const projections = startProjections({
    stores,
    registryTables,
    progress,
    logger,
    sleep,
    onParked: (view) => telemetry.parked(view),
    onErased: scrubbing.soon,
  });
  const head = await stores.log.head();
  if (!(await progress.waitFor(projections.views, head, CATCH_UP_MS)))
    logger.warn({}, 'the views have not caught up yet; answering all the same');

  const store = measured(stores.store, telemetry);
  const commandDeps: CommandDeps = {
    unitOfWork: unitOfWork({
      store,
      cache: new LRUCache<string, FoldedStream>({ max: CACHED_STREAMS }),
      random: Math.random,
      sleep: async (ms) => {
        await sleep(ms);
      },
      onConflict: () => telemetry.conflict(),
    }),
    store,
    registry,
    base,
    hasher,
    minter,
    keyPairs,
    now,
    random: Math.random,
    uuid: randomUUID,
    randomBytes,
    testMode,
    memory: {
      recentlyActive: new LRUCache({ max: REMEMBERED_USERS }),
      lastJoined: new LRUCache({ max: REMEMBERED_APPS }),
    },
    onSwallowed: (what, err) => logger.warn({ what, err }, 'failed, and the request went on'),
  };
  const gateway: GatewayDeps = {
    commands: localCommandBus(commandDeps),
    queries: localQueryBus({
      directory: stores.directory.reader as never,
      sessions: stores.sessions.reader as never,
      store,
      registry,
      progress,
      now,
    }),
    registry,
    progress,
    viewsOf: projections.viewsOf,
    base,
    configPath: options.configPath,
    processId: randomUUID(),
    testMode,
    logger,
    telemetry,
    probeStore: async () => {
      await stores.log.head();
    },
    now,
    uuid: randomUUID,
  };
  const handle = pipeline(gateway, routeTable(endpoints, base.base_path), requestStats());
  const server = await startHttpServer({
    host: base.host,
    port: base.port,
    handle,
    onError: (err, request) => logger.error({ err, ...request }, 'request failed'),
  });

  return {
    server,
    async stop() {
      await server.close(REQUEST_GRACE_MS);
      await projections.stop();
      await scrubbing.finish();
      keyPairs.close();
      await minter.close();
      await stores.close();
    },
  };
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
