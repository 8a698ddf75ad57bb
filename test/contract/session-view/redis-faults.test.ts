import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import type { VoidReason } from '../../../infra/redis/session-target.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { onRedis } from './redis-store.js';
import { hashOf, openWorld, type World } from './world.js';

describe('sessions view on Redis, when Redis fails', function () {
  this.timeout(60_000);
  let server: RedisServer;
  let world: World;
  let voids: VoidReason[];

  async function begin(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    server = await startRedis(settings);
    voids = [];
    world = await openWorld(onRedis(server.url, 'faults', voids));
    await warm();
  }

  /** Until rows are believed. */
  async function warm(): Promise<void> {
    const handle = randomUUID();
    world.create(handle);
    await world.settled();
    await world.healed(handle);
  }

  async function sessions(count: number): Promise<string[]> {
    const handles = Array.from({ length: count }, () => randomUUID());
    for (const handle of handles) world.create(handle);
    await world.settled();
    return handles;
  }

  /** Everything that the log says is what a reader is told. */
  async function expectTruth(alive: readonly string[], revoked: readonly string[]): Promise<void> {
    for (const handle of alive) expect((await world.find(handle)).status, handle).to.equal('alive');
    for (const handle of revoked) expect((await world.find(handle)).status, handle).to.not.equal('alive');
  }

  afterEach(async () => {
    server?.thaw();
    await world?.close();
    await server?.remove();
  });

  it('FLUSHALL under load loses no session, brings no revoked one back, and the view heals by itself', async () => {
    await begin();
    const handles = await sessions(60);
    const revoked: string[] = [];
    let busy = true;
    async function readAll(): Promise<void> {
      while (busy) {
        await Promise.all(handles.map((handle) => world.find(handle)));
        // The log is in memory: while Redis is not asked, nothing else would let its answers in.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const readers = [readAll(), readAll()];
    for (let round = 0; round < 6; round++) {
      const leaving = handles.slice(round * 5, round * 5 + 5);
      for (const handle of leaving) world.revoke(handle);
      if (round % 2 === 0) await server.flush();
      for (const handle of handles.slice(30)) world.rotate(handle, `round ${round}`);
      await world.settled();
      revoked.push(...leaving);
      await expectTruth(handles.slice(30), revoked);
    }
    busy = false;
    await Promise.all(readers);
    await warm();
    for (const handle of handles) await world.healed(handle);
    await expectTruth(handles.slice(30), revoked);
    expect(await world.find(handles[40] ?? '')).to.include({ refreshTokenHash2: hashOf('round 5') });
    expect(voids).to.include('flushed');
  });

  it('a flushed Redis is not filled with the whole log', async () => {
    await begin();
    const [handle = ''] = await sessions(1);
    await server.flush();
    await warm();
    const before = world.streamReads();
    await expectTruth([handle], []);
    expect(world.streamReads()).to.equal(before + 1);
    await world.healed(handle);
  });

  it('kill -9: streams answer meanwhile, writers are not held up, and what is revoked stays revoked', async () => {
    await begin({ appendonly: 'yes', appendfsync: 'everysec' });
    const handles = await sessions(20);
    await server.kill();
    for (const handle of handles.slice(0, 10)) world.revoke(handle);
    await world.settled();
    await expectTruth(handles.slice(10), handles.slice(0, 10));
    await server.start();
    await expectTruth(handles.slice(10), handles.slice(0, 10));
    await warm();
    await expectTruth(handles.slice(10), handles.slice(0, 10));
  });

  it('kill -9 with a snapshot of the past: rows of the snapshot are not believed', async () => {
    await begin();
    const handles = await sessions(10);
    await server.command('SAVE');
    for (const handle of handles) world.revoke(handle);
    await world.settled();
    await server.kill();
    await server.start();
    let isWarm = false;
    const warming = warm().finally(() => {
      isWarm = true;
    });
    while (!isWarm) {
      await expectTruth([], handles);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await warming;
    await expectTruth([], handles);
    expect(voids.at(-1)).to.equal('changes were left out');
  });

  it('a frozen Redis: streams answer, the view passes on, and what it is told late changes nothing', async () => {
    await begin();
    const handles = await sessions(20);
    server.freeze();
    for (const handle of handles.slice(0, 10)) world.revoke(handle);
    for (const handle of handles.slice(10)) world.rotate(handle, 'while frozen');
    await expectTruth(handles.slice(10), handles.slice(0, 10));
    await world.settled();
    server.thaw();
    await expectTruth(handles.slice(10), handles.slice(0, 10));
    await warm();
    await expectTruth(handles.slice(10), handles.slice(0, 10));
    for (const handle of handles.slice(10)) {
      expect(await world.find(handle)).to.include({ refreshTokenHash2: hashOf('while frozen') });
    }
  });

  for (const policy of ['allkeys-random', 'volatile-ttl', 'noeviction']) {
    it(`a full Redis with ${policy}: every answer is right`, async () => {
      await begin();
      const used = /used_memory:(\d+)/.exec(String(await server.command('INFO', 'memory')))?.[1];
      await server.command('CONFIG', 'SET', 'maxmemory-policy', policy);
      await server.command('CONFIG', 'SET', 'maxmemory', Number(used) + 200_000);
      const handles = Array.from({ length: 300 }, () => randomUUID());
      for (const handle of handles) world.create(handle, { data: `{"fill":"${'x'.repeat(2_000)}"}` });
      await world.settled();
      for (const handle of handles.slice(0, 150)) world.revoke(handle);
      for (const handle of handles.slice(150)) world.rotate(handle, 'second');
      await world.settled();
      for (let round = 0; round < 3; round++) await expectTruth(handles.slice(150), handles.slice(0, 150));
      for (const handle of handles.slice(150)) {
        expect(await world.find(handle)).to.include({ refreshTokenHash2: hashOf('second') });
      }
      const stats = String(await server.command('INFO', 'everything'));
      const refusals = policy === 'noeviction' ? /errorstat_OOM:count=[1-9]/ : /evicted_keys:[1-9]/;
      expect(stats).to.match(refusals);
    });
  }

  it('a read-only Redis: every answer is right, and the view passes on', async () => {
    await begin();
    const handles = await sessions(10);
    await server.command('REPLICAOF', '127.0.0.1', '1');
    for (const handle of handles) world.revoke(handle);
    await world.settled();
    await expectTruth([], handles);
    await server.command('REPLICAOF', 'NO', 'ONE');
    await warm();
    await expectTruth([], handles);
  });

  it('takes user and password from the URL; with a wrong one, streams answer, and no outage tells what was sent', async () => {
    server = await startRedis({ requirepass: 'open sesame' });
    const faults: unknown[] = [];
    const at = (password: string) => server.url.replace('//', `//default:${encodeURIComponent(password)}@`);
    world = await openWorld(onRedis(at('wrong'), 'auth', [], faults));
    const [handle = ''] = await sessions(1);
    await expectTruth([handle], []);
    expect(faults).to.not.be.empty;
    for (const fault of faults)
      expect(inspect(fault, { depth: 9 }))
        .to.not.include('sesame')
        .and.not.include('wrong');
    await world.close();
    world = await openWorld(onRedis(at('open sesame'), 'auth'));
    await warm();
  });

  it('starts and answers without Redis, and uses it once it is there', async () => {
    server = await startRedis();
    await server.kill();
    voids = [];
    world = await openWorld(onRedis(server.url, 'late', voids));
    const [handle = ''] = await sessions(1);
    await expectTruth([handle], []);
    await server.start();
    await world.healed(handle);
  });
});
