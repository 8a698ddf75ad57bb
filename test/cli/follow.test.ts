import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { STALE_AFTER_MS } from '../../projections/runner/cluster.js';
import { tenancyView } from '../../projections/tenancy/registry.js';
import { gatewayOn, queryProcess, until } from './follow-fixture.js';

const LONG = 60_000;

describe('a process that follows the installation through another one', () => {
  let query: ReturnType<typeof queryProcess>;
  let gateway: ReturnType<typeof gatewayOn>;

  beforeEach(() => {
    query = queryProcess();
  });
  afterEach(() => gateway.stop());

  const start = () => {
    gateway = gatewayOn(query.endpoint);
    return gateway;
  };
  const knows = (cud: string) => gateway.registry.hasConnectionUriDomain(cud);
  /** Waits until another question was asked and answered. */
  async function oneMore(): Promise<void> {
    const before = gateway.asked.length;
    await until(() => gateway.asked.length > before + 1);
  }

  describe('knows', () => {
    it('the apps and tenants there are, and those that come to be', async () => {
      query.addDomain('a');
      query.catchUp();
      const { follower } = start();
      await until(() => knows('a'));
      expect(follower.tenancy()).to.equal(0n);
      query.addDomain('b');
      query.catchUp();
      await until(() => knows('b'));
      expect(follower.tenancy()).to.equal(1n);
    });

    it('all of them, if they do not fit in one answer', async () => {
      for (let i = 0; i < 450; i++) query.addDomain(`d${i}`);
      query.catchUp();
      start();
      await until(() => knows('d449'));
      expect(gateway.registry.connectionUriDomains()).to.have.length(451);
      expect(gateway.asked.slice(0, 3).map(({ after }) => after)).to.deep.equal(['-1', '199', '399']);
    });

    it('how far the views are', async () => {
      const { follower } = start();
      const waiting = follower.board.waitFor(['users', 'sessions'], 5n, LONG);
      query.board.passed('users', 5n);
      query.board.passed('sessions', 7n);
      expect(await waiting).to.equal(true);
      expect([follower.board.position('users'), follower.board.position('sessions')]).to.deep.equal([5n, 7n]);
    });

    it('everything once, after answers were lost', async () => {
      query.addDomain('a');
      query.catchUp();
      start();
      await until(() => knows('a'));
      gateway.world.isDown = true;
      await until(() => gateway.sleeping.length > 0);
      query.addDomain('b');
      query.board.passed('users', 9n);
      query.catchUp();
      gateway.world.isDown = false;
      gateway.wakeAll();
      await until(() => knows('b'));
      expect(gateway.registry.connectionUriDomains()).to.have.length(3);
      expect(gateway.follower.board.position('users')).to.equal(9n);
    });

    it('everything but the streams of events that it can not handle', async () => {
      query.addDomain('before');
      query.log.add('app-bad', 'AppCreated', null as never);
      query.log.events.push({ ...query.addDomain('broken'), position: 3n, id: 'broken', data: '{"cud":"secret' });
      query.addDomain('after');
      query.log.add('app-bad', 'AppRemoved', { cud: '', appId: 'bad' });
      query.catchUp();
      start();
      await until(() => gateway.follower.tenancy() === 5n);
      expect(['before', 'broken', 'after'].map(knows)).to.deep.equal([true, true, true]);
      expect(gateway.parked).to.deep.equal([tenancyView.name, tenancyView.name]);
      const lines = gateway.logged.map(({ fields }) => fields);
      expect(lines.map((fields) => ('stream' in fields ? fields.stream : ''))).to.deep.equal(['app-bad', 'cud-broken']);
      expect(lines[1]).to.include({ position: '3', error: 'UnreadableEventError: SyntaxError' });
      query.addDomain('later');
      query.log.add('cud-broken', 'ConnectionUriDomainDeleted', { cud: 'broken', at: 0 });
      query.catchUp();
      await until(() => knows('later'));
      expect(gateway.parked).to.have.length(2);
    });
  });

  describe('is stale', () => {
    it('until it was answered', async () => {
      query.world.isStale = true;
      const { follower } = start();
      await until(() => gateway.sleeping.length > 0);
      expect(follower.isStale()).to.equal(true);
      query.world.isStale = false;
      gateway.wakeAll();
      await until(() => !follower.isStale());
    });

    it('when nobody has answered for too long, and not any more once somebody does', async () => {
      const { follower, world } = start();
      await until(() => !follower.isStale());
      world.isDown = true;
      await until(() => gateway.sleeping.length > 0);
      world.now = STALE_AFTER_MS;
      expect(follower.isStale()).to.equal(false);
      world.now = STALE_AFTER_MS + 1;
      expect(follower.isStale()).to.equal(true);
      world.isDown = false;
      gateway.wakeAll();
      await until(() => !follower.isStale());
    });

    it('as long as it is answered with what is no answer, which it does not quote', async () => {
      const { follower, world, logged } = start();
      await until(() => !follower.isStale());
      world.says = '{"events":"secret';
      world.now = STALE_AFTER_MS + 1;
      await until(() => gateway.sleeping.length > 0);
      expect(follower.isStale()).to.equal(true);
      expect(logged).to.have.length(1);
      expect(inspect(logged)).to.not.include('secret');
      world.says = undefined;
    });
  });

  it('asks less and less often while nobody answers, and tells operators once', async () => {
    start();
    await oneMore();
    gateway.world.isDown = true;
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      await until(() => gateway.sleeping.length > 0);
      pauses.push(...gateway.sleeping.map(({ ms }) => ms));
      gateway.wakeAll();
    }
    expect(pauses.slice(0, 3)).to.deep.equal([50, 100, 200]);
    expect(Math.max(...pauses)).to.equal(1_000);
    expect(gateway.logged.map(({ message }) => message)).to.deep.equal([
      'no process of the role query can be followed; trying again',
    ]);
  });

  describe('tells the others', () => {
    it('what was missed here before the wait ends', async () => {
      const { follower } = start();
      await oneMore();
      const hasPassed = await follower.board.waitFor(['users'], 7n, 0);
      expect(hasPassed).to.equal(false);
      expect(query.relayed.some(({ missed }) => missed.get('users') === 7n)).to.equal(true);
      expect(follower.board.isBehind('users')).to.equal(true);
    });

    it('no more of what was missed once the view has passed it', async () => {
      const { follower } = start();
      await follower.board.waitFor(['users'], 7n, 0);
      query.board.passed('users', 7n);
      await until(() => !follower.board.isBehind('users'));
      await oneMore();
      expect(gateway.asked.at(-1)?.report.missed).to.deep.equal({});
    });

    it('nothing in vain: a wait that ends in time asks for nothing', async () => {
      const { follower } = start();
      query.board.passed('users', 7n);
      await until(() => follower.board.position('users') === 7n);
      expect(await follower.board.waitFor(['users'], 7n, LONG)).to.equal(true);
      expect(gateway.asked.every(({ waitMs }) => waitMs > 0)).to.equal(true);
    });

    it('what was missed, even if nobody can be told', async () => {
      const { follower, world } = start();
      await oneMore();
      world.isDown = true;
      expect(await follower.board.waitFor(['users'], 7n, 0)).to.equal(false);
    });

    it('how far it is only once it has joined', async () => {
      query.addDomain('a');
      query.catchUp();
      start();
      await until(() => knows('a'));
      await oneMore();
      expect(gateway.asked.every(({ report }) => Object.keys(report.kept).length === 0)).to.equal(true);
    });

    it('that it leaves', async () => {
      const { follower } = start();
      await oneMore();
      await follower.stop();
      expect(query.relayed.at(-1)).to.include({ leaves: true });
      expect(query.relayed.filter(({ leaves }) => leaves)).to.have.length(1);
    });
  });

  describe('has joined', () => {
    /** Starts to join, and notes when it has. */
    function joining() {
      const { follower } = start();
      const seen = { isJoined: false };
      void follower.joined().then(() => {
        seen.isJoined = true;
      });
      return seen;
    }

    it('once the others know of it for long enough, and it knows what they knew', async () => {
      for (let i = 0; i < 250; i++) query.addDomain(`d${i}`);
      query.catchUp();
      const seen = joining();
      await until(() => gateway.sleeping.length === 1);
      expect(gateway.sleeping[0]?.ms).to.equal(STALE_AFTER_MS);
      expect(knows('d249'), 'it has read everything before it counts').to.equal(true);
      gateway.world.now = 500;
      await until(() => query.relayed.some(({ kept }) => kept.get(tenancyView.name) === 249n));
      await oneMore();
      expect(seen.isJoined).to.equal(false);
      const before = gateway.asked.length;
      gateway.wakeAll();
      await until(() => seen.isJoined);
      expect(gateway.asked.length, 'it has asked again since').to.be.above(before);
    });

    it('not before it knows what came to be meanwhile', async () => {
      const seen = joining();
      await until(() => gateway.sleeping.length === 1);
      for (let i = 0; i < 450; i++) query.addDomain(`d${i}`);
      query.catchUp();
      gateway.wakeAll();
      await until(() => seen.isJoined);
      expect(knows('d449')).to.equal(true);
    });

    it('not while nobody answers', async () => {
      query.world.isStale = true;
      const seen = joining();
      for (let i = 0; i < 3; i++) {
        await until(() => gateway.sleeping.length > 0);
        gateway.wakeAll();
      }
      await nextTurn();
      expect(seen.isJoined).to.equal(false);
      query.world.isStale = false;
      await until(() => {
        gateway.wakeAll();
        return seen.isJoined;
      });
    });
  });
});
