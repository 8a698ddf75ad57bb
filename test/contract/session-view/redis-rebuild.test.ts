import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Comparison } from '../../../cli/projections/compare.js';
import { sessionChangesView } from '../../../projections/sessions/view.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { ONE_GENERATION, type OperatedWorld, openOperatedWorld, until } from './redis-operated.js';
import { APP, hashOf } from './world.js';

describe('rebuilding the sessions view in Redis', function () {
  this.timeout(30_000);
  let server: RedisServer;
  let at: OperatedWorld;

  before(async () => {
    server = await startRedis();
    at = await openOperatedWorld(server);
  });

  after(async () => {
    await at?.close();
    await server?.remove();
  });

  const rowsOf = ({ live }: Comparison) => live.tables.get('sessions')?.rows ?? 0;
  const inOther = (handle: string) => at.other.view.get(APP, handle);

  /** The event that made a session is another one now. */
  function rewrite(handle: string, change: { readonly type?: string; readonly data?: object }): void {
    const { events } = at.world.log;
    const index = events.findIndex(({ stream }) => stream.endsWith(handle));
    const event = events[index];
    if (!event) throw new Error(`there is no session ${handle}`);
    const data = JSON.stringify({ ...JSON.parse(event.data), ...change.data });
    events[index] = { ...event, type: change.type ?? event.type, data };
  }

  it('under writes: no answer is stale or wrong, all sessions are there, nothing is left behind', async () => {
    const { world, other } = at;
    await at.sessions(300);
    const wrong: string[] = [];
    let busy = true;
    let known = 0;

    /** Whether both processes, which may not know it, show it as it is. */
    async function look(handle: string, token: string | undefined): Promise<void> {
      for (const view of [world.store.view, other.view]) {
        const found = await view.get(APP, handle);
        if (found.status === 'unknown') continue;
        known++;
        const shown = found.session.status === 'none' ? undefined : found.session.refreshTokenHash2;
        if (shown !== (token && hashOf(token))) wrong.push(`${handle} is not at ${token}`);
      }
    }

    async function client(): Promise<void> {
      while (busy) {
        const handle = randomUUID();
        world.create(handle);
        for (const token of ['second', 'third']) {
          world.rotate(handle, token);
          await world.settled();
          await look(handle, token);
        }
        world.revoke(handle);
        await world.settled();
        await look(handle, undefined);
      }
    }

    const clients = Promise.all([client(), client(), client()]);
    try {
      for (let round = 0; round < 3; round++)
        expect(await at.rebuilt(), `round ${round}`).to.deep.include({ equal: true, rows: [], tables: [] });
    } finally {
      busy = false;
      await clients;
    }
    expect(wrong).to.deep.equal([]);
    expect(known).to.be.above(100);
    expect(at.voids).to.deep.equal(['empty']);
    expect(await at.inRedis()).to.deep.equal(ONE_GENERATION);
    const status = await at.view.status(world.log);
    expect(status).to.deep.include({ version: sessionChangesView.version, lag: 0, tablesFit: true });
    expect(status.rebuild).to.deep.equal({ underWay: false, checkpoint: null, tables: [] });
  });

  it('brings all sessions that are alive, also those that Redis had lost, and tells how many', async () => {
    const handles = await at.sessions(20);
    const [refreshed = '', revoked = '', asked = ''] = handles;
    const all = rowsOf(await at.verified());
    await server.flush();
    await until(() => at.voids.includes('flushed'));
    await at.world.healed(asked);
    at.world.rotate(refreshed, 'second');
    at.world.revoke(revoked);
    await at.world.settled();
    const comparison = await at.rebuilt();
    // One was asked for, and one has ended.
    expect(comparison).to.deep.include({ equal: true, onlyFresh: all - 2 });
    expect(rowsOf(comparison)).to.equal(1);
    expect(comparison.live.sha256).to.equal(comparison.fresh.sha256);
    const before = at.world.streamReads();
    for (const handle of handles)
      if (handle !== revoked) expect((await at.world.find(handle)).status, handle).to.equal('alive');
    expect(at.world.streamReads()).to.equal(before);
    expect((await at.world.find(revoked)).status).to.not.equal('alive');
    expect(await at.verified()).to.deep.include({ equal: true, onlyFresh: 0 });
  });

  it('verify compares and changes nothing', async () => {
    const before = await at.verified();
    await at.sessions(5);
    const found = await at.verified();
    expect(found).to.deep.include({ equal: true, onlyFresh: 0 });
    expect(rowsOf(found)).to.equal(rowsOf(before) + 5);
    expect(await at.verified()).to.deep.equal(found);
    expect(await at.inRedis()).to.deep.equal(ONE_GENERATION);
  });

  it('a session is there that would have expired had it not been refreshed', async () => {
    const handle = randomUUID();
    at.world.create(handle, { lifetime: -1_000 });
    at.world.rotate(handle, 'second');
    await at.world.settled();
    await at.rebuild();
    expect(await inOther(handle)).to.have.nested.property('session.refreshTokenHash2', hashOf('second'));
  });

  it('a row that is not what its stream says is named; the rebuild mends it', async () => {
    const [wrong = '', surplus = ''] = await at.sessions(4);
    rewrite(wrong, { data: { useStaticKey: true } });
    rewrite(surplus, { type: 'Unheard' });
    const key = (handle: string) => ({ table: 'sessions', key: { app_key: APP, handle } });
    const found = await at.verified();
    expect(found).to.include({ equal: false });
    expect(found.rows).to.have.deep.members([
      { ...key(wrong), difference: { columns: ['useStaticKey'] } },
      { ...key(surplus), difference: { missingIn: 'second' } },
    ]);
    expect(await at.rebuilt()).to.include({ equal: false });
    expect(await inOther(wrong)).to.have.nested.property('session.useStaticKey', true);
    expect(await inOther(surplus)).to.not.have.nested.property('session.status', 'alive');
    expect(await at.verified()).to.include({ equal: true });
  });

  it('a stand-by in another process goes on from the generation that is live now, and voids nothing', async () => {
    const { world, other } = at;
    const [handle = ''] = await at.sessions(5);
    const voids = [...at.voids];
    await at.rebuild();
    let passed = -1n;
    const standBy = other.project({ head: world.log.head, passed: () => passed });
    try {
      await until(async () => (await standBy.target.checkpoint().catch(() => -1n)) === (await world.log.head()));
      passed = await world.log.head();
      world.rotate(handle, 'later');
      await world.settled();
      expect(await inOther(handle)).to.have.nested.property('session.refreshTokenHash2', hashOf('later'));
      await standBy.target.transaction(({ saveCheckpoint }) => saveCheckpoint(passed + 1n));
      expect(await standBy.target.checkpoint()).to.equal(await world.log.head());
      expect(at.voids).to.deep.equal(voids);
    } finally {
      await standBy.stop();
    }
  });

  it('sessions of deleted users and removed apps are no differences', async () => {
    const { world } = at;
    await at.sessions(2, { userId: 'leaving' });
    world.deleteUser('leaving');
    const [kept = ''] = await at.sessions(1, { userId: 'staying' });
    world.log.add(`app-${APP}`, 'AppRemoved', { appKey: APP, at: 1 });
    await world.settled();
    // Its key is gone, so nobody can read it any more.
    rewrite(kept, { type: 'Unheard' });
    expect(await at.rebuilt()).to.include({ equal: true });
  });
});
