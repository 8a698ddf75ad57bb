import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Comparison } from '../../../cli/projections/compare.js';
import type { OperatedView, RebuildChoice, Rebuilt } from '../../../cli/projections/operated-view.js';
import { redisSessions } from '../../../cli/projections/redis-sessions.js';
import type { Work } from '../../../cli/projections/work.js';
import { openSessionGenerations, type SessionGenerations } from '../../../infra/redis/session-generations.js';
import type { VoidReason } from '../../../infra/redis/session-target.js';
import { openRedisSessionView, type RedisSessionView } from '../../../infra/redis/session-view.js';
import { sessionChangesView } from '../../../projections/sessions/view.js';
import { plainStore } from '../../projections/fixture.js';
import type { RedisServer } from '../../support/redis-server.js';
import { onRedis } from './redis-store.js';
import { APP, openWorld, type World } from './world.js';

/** A view in Redis that is projected and read by one process, read by another, and operated by a third. */
export interface OperatedWorld {
  readonly world: World;
  readonly other: RedisSessionView;
  readonly view: OperatedView;
  readonly voids: readonly VoidReason[];
  work(more?: Partial<Work>): Work;
  rebuild(choice?: Partial<RebuildChoice>, more?: Partial<Work>): Promise<Rebuilt>;
  /** What comes of comparing. */
  rebuilt(): Promise<Comparison>;
  verified(): Promise<Comparison>;
  sessions(count: number, more?: Parameters<World['create']>[1]): Promise<string[]>;
  generations(): Promise<SessionGenerations>;
  /**
   * How many generations there are keys of, and the keys about the view as a whole, but for the word that its rows may be
   * believed: that runs out by itself whenever the projector is slow.
   */
  inRedis(): Promise<{ readonly generations: number; readonly others: readonly string[] }>;
  close(): Promise<void>;
}

/** What is in Redis when nobody is at work. */
export const ONE_GENERATION = { generations: 1, others: ['meta'] };

const PATIENCE_MS = 15_000;

export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await condition()); await sleep(10))
    if (Date.now() > end) throw new Error(`it did not come to be: ${condition}`);
}

/** Opens it; both processes believe what is in Redis. */
export async function openOperatedWorld(server: RedisServer): Promise<OperatedWorld> {
  const name = `operated-${randomUUID()}`;
  const place = { url: server.url, name, version: sessionChangesView.version };
  const voids: VoidReason[] = [];
  const world = await openWorld(onRedis(server.url, name, voids));
  const other = openRedisSessionView({
    ...place,
    expired: async () => [],
    events: { outage: () => undefined, recovered: () => undefined, voided: (reason) => voids.push(reason) },
  });
  const view = redisSessions(server.url, name);
  const pause = async (ms: number) => {
    await sleep(ms);
  };

  const work: OperatedWorld['work'] = (more = {}) => ({
    log: world.log,
    store: plainStore,
    sleep: pause,
    signal: new AbortController().signal,
    onParked: () => undefined,
    onProgress: () => undefined,
    onStage: () => undefined,
    ...more,
  });
  const rebuild: OperatedWorld['rebuild'] = (choice = {}, more = {}) =>
    view.rebuild(work(more), { keepOld: false, graceMs: 0, acceptParked: false, ...choice });

  const [first = ''] = await sessions(1);
  await world.healed(first);
  await until(async () => (await other.view.get(APP, first)).status === 'known');

  async function sessions(count: number, more: Parameters<World['create']>[1] = {}): Promise<string[]> {
    const handles = Array.from({ length: count }, () => randomUUID());
    for (const handle of handles) world.create(handle, more);
    await world.settled();
    return handles;
  }

  return {
    ...{ world, other, view, voids, work, rebuild, sessions },
    async rebuilt() {
      const rebuilt = await rebuild();
      if (rebuilt.status !== 'OK' || !rebuilt.comparison)
        throw new Error(`${rebuilt.status}, and nothing was compared`);
      return rebuilt.comparison;
    },
    async verified() {
      const verified = await view.verify(work());
      if (verified.status !== 'OK') throw new Error(verified.status);
      return verified.comparison;
    },
    generations: () => openSessionGenerations({ ...place, sleep: pause }),
    async inRedis() {
      const keys = ((await server.command('KEYS', `${name}:*`)) as string[]).map((key) => key.replace(/^.*}:/, ''));
      const generations = new Set(keys.filter((key) => /^[0-9a-f]+:/.test(key)).map((key) => key.split(':')[0]));
      return {
        generations: generations.size,
        others: keys.filter((key) => !key.includes(':') && key !== 'live').sort(),
      };
    },
    async close() {
      other.close();
      await world.close();
    },
  };
}
