import { forgetSubjects } from '../../command-service/unit-of-work.js';
import { type AnnalsSettings, usesFiles } from '../../infra/config/annals-settings.js';
import type { Readiness } from '../../infra/ports/readiness.js';
import { StoreUnavailableError } from '../../infra/ports/store-unavailable.js';
import type { Telemetry } from '../../infra/ports/telemetry.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';
import { STALE_AFTER_MS } from '../../projections/runner/cluster.js';
import { tenancyRegistry } from '../../projections/tenancy/registry.js';
import { outdatedViews } from '../service/outdated-views.js';
import { preparedStores, storeEvents } from '../service/prepared-stores.js';
import { clock, now, pause, type ServiceOptions, streamCache } from '../service/process-parts.js';
import { openStores, type Stores } from '../service/stores.js';
import { whenReachable } from '../service/when-reachable.js';
import { type Copies, followForCopies } from './copies.js';
import { joinInstallation, KEPT_VIEWS, type Membership } from './membership.js';

/** What every process has that opens the stores and takes part in the installation. */
export interface MemberProcess {
  /** Of the database that all processes share. */
  readonly url: string;
  readonly stores: Stores;
  readonly registry: TenancyRegistry;
  readonly membership: Membership;
  readonly copies: Copies;
  /** Folded streams, for commands. */
  readonly cache: ReturnType<typeof streamCache>;
  /** Resolves once the others know of this process, and it knows what they waited for before they did. */
  join(): Promise<void>;
  /** Adds to a check what this process knows of the others. */
  readiness(check: () => Promise<Readiness>): () => Promise<Readiness>;
  stop(): Promise<void>;
}

const CATCH_UP_MS = 60_000;

/**
 * Opens the stores and starts to follow the log.
 *
 * @param preparesViews whether this process brings views up to date, instead of waiting for one that does
 * @throws Error whose message says what is missing from the settings
 */
export async function openMemberProcess(
  options: ServiceOptions,
  telemetry: Telemetry,
  preparesViews: boolean,
): Promise<MemberProcess> {
  const { base, testMode, logger, settings } = options;
  const url = sharedDirectory(settings);
  const { registry, tables } = tenancyRegistry({ base, testMode });
  const open = preparesViews
    ? () => preparedStores(options, telemetry)
    : () => storesOfViewsThatFit(options, telemetry);
  const stores = await whenReachable(open, { logger, sleep: pause, clock });
  const membership = joinInstallation(url, clock);
  const cache = streamCache();
  const head = await stores.log.head();
  const copies = followForCopies(
    {
      ...stores,
      registryTables: tables,
      board: membership.board,
      logger,
      telemetry,
      onMoved: membership.report,
      onForgotten: (isErased) => forgetSubjects(cache, isErased),
    },
    head,
  );

  async function caughtUp(): Promise<void> {
    if (!(await copies.progress.waitFor(KEPT_VIEWS, await stores.log.head(), CATCH_UP_MS)))
      throw new StoreUnavailableError(
        'the event log could not be followed; is a process of the role projector running?',
      );
  }

  membership.catchUpWith(caughtUp);

  return {
    url,
    stores,
    registry,
    membership,
    copies,
    cache,
    async join() {
      await caughtUp();
      membership.tell(() => ({ built: NONE, kept: copies.positions() }));
      await pause(STALE_AFTER_MS);
      await caughtUp();
    },
    readiness: (check) => async () => {
      const { reasons, parked } = await check();
      return { reasons: membership.isStale() ? [...reasons, 'the other processes are not heard'] : reasons, parked };
    },
    async stop() {
      await membership.stop();
      await copies.stop();
      await stores.close();
    },
  };
}

const NONE: ReadonlyMap<string, bigint> = new Map();

/** The database that all processes share. @throws Error if a store is a file */
function sharedDirectory(settings: AnnalsSettings): string {
  if (settings.directory.engine === 'postgres' && !usesFiles(settings)) return settings.directory.url;
  throw new Error(
    'Several processes need stores that they share: set ANNALS_EVENT_LOG_URL (postgres: or kurrentdb:), ' +
      'ANNALS_DIRECTORY_URL and ANNALS_KEYRING_URL (postgres:), ANNALS_SESSIONS_URL (redis: or postgres:) and ' +
      'ANNALS_MASTER_KEY; or run everything in one process with: annals serve',
  );
}

async function storesOfViewsThatFit({ settings, logger }: ServiceOptions, telemetry: Telemetry): Promise<Stores> {
  const stores = await openStores(settings, now, storeEvents(logger, telemetry));
  try {
    const outdated = await outdatedViews(settings);
    if (outdated.length === 0) return stores;
    throw new StoreUnavailableError(
      `these views are of another version: ${outdated.join(', ')}. A process of the role projector, or annals migrate, rebuilds them`,
    );
  } catch (error) {
    await stores.close();
    throw error;
  }
}
