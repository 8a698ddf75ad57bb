import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Stage } from '../../../cli/projections/work.js';
import type { FillingGeneration } from '../../../infra/redis/filling-generation.js';
import type { SessionGenerations } from '../../../infra/redis/session-generations.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { ONE_GENERATION, type OperatedWorld, openOperatedWorld } from './redis-operated.js';
import { APP, hashOf } from './world.js';

describe('generations of the sessions view in Redis', function () {
  this.timeout(30_000);
  let server: RedisServer;
  let at: OperatedWorld;
  let generations: SessionGenerations;

  before(async () => {
    server = await startRedis();
    at = await openOperatedWorld(server);
    generations = await at.generations();
  });

  after(async () => {
    generations?.close();
    await at?.close();
    await server?.remove();
  });

  async function begun(): Promise<FillingGeneration> {
    const filling = await generations.fill('rebuild');
    if (!filling) throw new Error('somebody else is at it');
    return filling;
  }

  async function done(filling: FillingGeneration): Promise<void> {
    await filling.sweep(true);
    await filling.end();
    expect(await at.inRedis()).to.deep.equal(ONE_GENERATION);
  }

  const moveTo = (filling: FillingGeneration, position: bigint) =>
    filling.present.transaction(({ saveCheckpoint }) => saveCheckpoint(position));

  const kinds = async () => (await at.view.status(at.world.log)).rebuild.tables.map(({ kind }) => kind);

  it('one is filled at a time: whoever comes second is told', async () => {
    const filling = await begun();
    expect(await generations.fill('verify')).to.equal(undefined);
    expect(await at.rebuild()).to.deep.equal({ status: 'UNDER_WAY' });
    expect(await at.view.verify(at.work())).to.deep.equal({ status: 'UNDER_WAY' });
    await moveTo(filling, 0n);
    const { rebuild } = await at.view.status(at.world.log);
    expect(rebuild).to.deep.include({ underWay: true, checkpoint: '0' });
    expect(await kinds()).to.deep.equal(['copy']);
    await done(filling);
  });

  it('does not become the live one before it holds all that the live one does', async () => {
    const [handle = ''] = await at.sessions(1);
    const filling = await begun();
    await moveTo(filling, (await at.world.log.head()) - 1n);
    expect(await filling.switchOver('aside')).to.equal(undefined);
    expect(await at.other.view.get(APP, handle)).to.have.nested.property('session.status', 'alive');
    await done(filling);
  });

  it('what is live waits while it is held, for a moment, also if nobody lets it go', async () => {
    const filling = await begun();
    const live = await filling.hold(200);
    expect(live).to.equal(await at.world.log.head());
    at.world.create(randomUUID());
    expect((await generations.live())?.checkpoint).to.equal(live);
    await at.world.settled();
    expect((await generations.live())?.checkpoint).to.equal(await at.world.log.head());
    await done(filling);
  });

  it('what was live is there for the grace time, and a signal ends that early', async () => {
    const stopping = new AbortController();
    const stages: Stage[] = [];
    let found: unknown;
    const rebuilt = await at.rebuild(
      { graceMs: 3_600_000 },
      {
        signal: stopping.signal,
        onStage: (stage) => stages.push(stage),
        async sleep() {
          if (stages.at(-1)?.kind !== 'grace' || found) return;
          found = [await at.inRedis(), await kinds()];
          stopping.abort();
        },
      },
    );
    expect(rebuilt).to.include({ status: 'OK' });
    expect(stages).to.deep.equal([{ kind: 'comparing' }, { kind: 'grace', ms: 3_600_000 }]);
    expect(found).to.deep.equal([{ generations: 2, others: ['generations', 'meta', 'rebuild'] }, ['drop']]);
    expect(await at.inRedis()).to.deep.equal(ONE_GENERATION);
  });

  it('what was live is kept until the next rebuild if that is asked for', async () => {
    expect(await at.rebuild({ keepOld: true, graceMs: 3_600_000 })).to.include({ status: 'OK' });
    expect(await kinds()).to.deep.equal(['old']);
    expect((await at.inRedis()).generations).to.equal(2);
    await at.rebuild();
    expect(await at.inRedis()).to.deep.equal(ONE_GENERATION);
  });

  it('what a killed process has left behind can be seen, never becomes live, and goes with the next rebuild', async () => {
    const [handle = ''] = await at.sessions(1);
    const killed = await begun();
    await killed.past.transaction(async ({ tx, saveCheckpoint }) => {
      tx.apply({ kind: 'remove-subject', appKey: APP, subjectUserId: 'nobody' });
      await saveCheckpoint(10_000n);
    });
    // Nobody has heard of it for longer than others wait.
    for (const key of (await server.command('KEYS', '*:rebuild')) as string[]) await server.command('DEL', key);
    expect((await at.view.status(at.world.log)).rebuild.underWay).to.equal(false);
    expect(await kinds()).to.deep.equal(['copy']);
    const next = await begun();
    const failure = await killed.switchOver('aside').catch((error: Error) => error.name);
    expect(failure).to.equal('PlaceLostError');
    await done(next);
    await killed.end();
    expect(await at.other.view.get(APP, handle)).to.have.nested.property('session.status', 'alive');
  });

  it('a stopped rebuild leaves what is live as it was, and nothing behind', async () => {
    const [handle = ''] = await at.sessions(1);
    const stopping = new AbortController();
    const failure = await at
      .rebuild({}, { signal: stopping.signal, onProgress: () => stopping.abort(new Error('enough')) })
      .catch((error: Error) => error.message);
    expect(failure).to.equal('enough');
    expect(await at.other.view.get(APP, handle)).to.have.nested.property('session.status', 'alive');
    expect(await at.inRedis()).to.deep.equal(ONE_GENERATION);
  });

  it('does not switch if streams would be parked that are live, unless told to; a retry heals them', async () => {
    const [handle = ''] = await at.sessions(1);
    const stream = `session-${APP}.${handle}`;
    const store: ReturnType<OperatedWorld['work']>['store'] = {
      async decode(events) {
        if (events.some((event) => event.stream === stream)) throw new Error('nobody knows it');
        return at.work().store.decode(events);
      },
    };
    const refused = await at.rebuild({}, { store });
    expect(refused).to.include({ status: 'PARKED' });
    expect(await at.inRedis()).to.deep.equal(ONE_GENERATION);
    expect(await at.rebuild({ acceptParked: true }, { store })).to.include({ status: 'OK' });
    expect((await at.view.status(at.world.log)).parked).to.deep.include({ streams: 1 });
    expect(await at.other.view.get(APP, handle)).to.deep.equal({ status: 'unknown' });
    at.world.rotate(handle, 'second');
    await at.world.settled();
    const retried: unknown[] = [];
    await at.view.retry(at.world.log, at.work().store, ({ applied, failure }) => retried.push([applied, failure]));
    expect(retried).to.deep.equal([[2, undefined]]);
    expect((await at.view.status(at.world.log)).parked.streams).to.equal(0);
    await at.world.healed(handle);
    expect(await at.world.find(handle)).to.include({ refreshTokenHash2: hashOf('second') });
  });

  it('Redis is flushed half-way: the rebuild ends, what is live heals by itself, and nothing is left', async () => {
    const handles = await at.sessions(250);
    let reads = 0;
    const log = {
      ...at.world.log,
      async readAll(options: Parameters<typeof at.world.log.readAll>[0]) {
        if (++reads === 2) await server.flush();
        return at.world.log.readAll(options);
      },
    };
    const failure = await at.rebuild({}, { log }).catch((error: Error) => error.name);
    expect(failure).to.equal('PlaceLostError');
    for (const handle of handles) expect((await at.world.find(handle)).status).to.equal('alive');
    await at.world.healed(handles[0] ?? '');
    expect(await at.rebuilt()).to.include({ equal: true });
    expect(await at.inRedis()).to.deep.equal(ONE_GENERATION);
  });
});
