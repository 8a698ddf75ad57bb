import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FollowEndpointDeps, followEndpoint } from '../../cli/roles/follow-endpoint.js';
import { type FollowerOptions, followInstallation } from '../../cli/roles/follower.js';
import type { InternalEndpoint } from '../../cli/roles/internal-server.js';
import type { CoreConfig } from '../../domain/config/options.js';
import { BEGINNING, type RecordedEvent } from '../../infra/ports/event-log.js';
import type { MemberReport } from '../../infra/ports/progress-exchange.js';
import type { ServicePool } from '../../infra/ports/services.js';
import { StoreUnavailableError } from '../../infra/ports/store-unavailable.js';
import type { FollowMessage } from '../../infra/wire/messages.js';
import { progressBoard } from '../../projections/runner/progress.js';
import { tenancyRegistry, tenancyView } from '../../projections/tenancy/registry.js';
import { memoryLog, plainStore } from '../projections/fixture.js';
import { silentLogger } from '../support/silent-logger.js';

/** The longest that an answer is waited for, in ms: idle polls end soon. */
const LONGEST_WAIT_MS = 5;

/** A process of the role query, as far as gateways follow the installation through it. */
export function queryProcess() {
  const log = memoryLog();
  const board = progressBoard();
  const progress = progressBoard();
  const relayed: MemberReport[] = [];
  const world = { now: 0, isStale: false, reads: 0, isLogAway: false };
  let changedAt = BEGINNING;

  const isOfTenancy = ({ stream }: RecordedEvent) =>
    tenancyView.streamPrefixes.some((prefix) => stream.startsWith(prefix));
  const deps: FollowEndpointDeps = {
    membership: {
      ...{ name: 'query process', board, isStale: () => world.isStale },
      catchUpWith: () => undefined,
      relay: (report) => relayed.push(report),
      tell: () => undefined,
      report: () => undefined,
      stop: async () => undefined,
    },
    copies: {
      progress,
      positions: () => new Map(),
      changedAt: () => changedAt,
      stop: async () => undefined,
    },
    log: {
      async readAll({ after, limit }) {
        world.reads++;
        if (world.isLogAway) throw new StoreUnavailableError('no log');
        return log.events.filter((event) => event.position > after && isOfTenancy(event)).slice(0, limit);
      },
    },
    store: plainStore,
    views: ['users', 'sessions', tenancyView.name],
    clock: () => world.now,
  };

  return {
    log,
    board,
    relayed,
    world,
    endpoint: followEndpoint(deps),
    /** A domain comes to be. */
    addDomain: (cud: string) => log.add(`cud-${cud}`, 'ConnectionUriDomainCreated', { cud, at: 0 }),
    /** Has this process read its log to the end. */
    catchUp() {
      const last = log.events.filter(isOfTenancy).at(-1);
      if (last && last.position > changedAt) changedAt = last.position;
      progress.passed(tenancyView.name, BigInt(log.events.length - 1));
    },
  };
}

/** What a gateway asks for. */
export function question(more: Partial<FollowMessage> = {}): FollowMessage {
  const report = { member: 'gateway', at: 0, built: {}, kept: {}, missed: {}, leaves: false };
  return { report, after: '-1', known: {}, waitMs: 0, ...more };
}

/** A process without stores that follows the installation through an endpoint, with a clock and a sleep moved by hand. */
export function gatewayOn(endpoint: InternalEndpoint) {
  const world = { now: 0, isDown: false, says: undefined as string | undefined };
  const asked: FollowMessage[] = [];
  const logged: { readonly fields: object; readonly message: string }[] = [];
  const parked: string[] = [];
  const sleeping: { readonly ms: number; readonly wake: () => void }[] = [];
  const { registry, tables } = tenancyRegistry({ base: {} as CoreConfig, testMode: false });
  const log = (fields: object, message: string) => logged.push({ fields, message });

  const queries: ServicePool = {
    async call({ path, body }) {
      await nextTurn();
      if (world.isDown || path !== endpoint.path) throw new StoreUnavailableError('nobody answers');
      const message = JSON.parse(body) as FollowMessage;
      asked.push(message);
      if (world.says !== undefined) return world.says;
      const answered = await endpoint.answer({ ...message, waitMs: Math.min(message.waitMs, LONGEST_WAIT_MS) });
      if (answered.status !== 'OK') throw new StoreUnavailableError(answered.reason);
      return answered.json;
    },
    available: () => 1,
    close: async () => undefined,
  };
  const options: FollowerOptions = {
    queries,
    registryTables: tables,
    logger: { ...silentLogger, warn: log, error: log },
    onParked: (view) => parked.push(view),
    clock: () => world.now,
    sleep: (ms) => new Promise((wake) => sleeping.push({ ms, wake: () => wake() })),
  };
  const follower = followInstallation(options);
  return {
    ...{ world, asked, logged, parked, sleeping, registry, follower },
    /** Ends all sleep. */
    wakeAll() {
      for (const { wake } of sleeping.splice(0)) wake();
    },
    async stop() {
      const stopped = follower.stop();
      for (const { wake } of sleeping.splice(0)) wake();
      await stopped;
    },
  };
}

/** Waits for it to be so, as long as the test may take. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}
