import { expect } from 'chai';
import { joinInstallation, KEPT_VIEWS, type Membership } from '../../cli/roles/membership.js';
import type { Position } from '../../infra/ports/event-log.js';
import type { MemberReport } from '../../infra/ports/progress-exchange.js';
import { GONE_AFTER_MS, STALE_AFTER_MS } from '../../projections/runner/cluster.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';

const [COPY = ''] = KEPT_VIEWS;
/** Longer than it takes to know every member, and shorter than one is believed without being heard, in ms. */
const A_WHILE = 1_600;

/** A member with a clock that is moved by hand; its beats come by real time. */
function join(url: string) {
  const world = { now: 0, built: new Map<string, Position>(), kept: new Map<string, Position>() };
  const membership = joinInstallation(url, () => world.now);
  membership.tell(() => ({ built: world.built, kept: world.kept }));
  return { world, membership };
}

/** Waits until a member stands somewhere; its reports and those of others keep coming. */
function reaches({ board }: Membership, view: string, position: Position): Promise<boolean> {
  return board.waitFor([view], position, 60_000);
}

describe('processes of one installation, over PostgreSQL', () => {
  let server: PostgresServer;
  let url: string;
  let databases = 0;
  let members: ReturnType<typeof join>[];

  before(async () => {
    server = await startPostgres();
  });
  after(() => server.remove());

  beforeEach(async () => {
    url = await server.createDatabase(`members${++databases}`);
    members = [];
  });
  afterEach(async () => {
    for (const { membership } of members) await membership.stop();
  });

  /** Members that have heard themselves. */
  async function start(count: number): Promise<ReturnType<typeof join>[]> {
    for (let i = 0; i < count; i++) members.push(join(url));
    await Promise.all(
      members.map(async ({ world, membership }, n) => {
        world.built = new Map([[`own-${n}`, 1n]]);
        membership.report();
        await reaches(membership, `own-${n}`, 1n);
      }),
    );
    return members;
  }

  it('know how far the views are that one of them builds', async () => {
    const [one, other] = await start(2);
    if (!one || !other) throw new Error('no members');
    one.world.built = new Map([['users', 7n]]);
    one.membership.report();
    expect(await reaches(other.membership, 'users', 7n)).to.equal(true);
    expect(await reaches(one.membership, 'users', 7n)).to.equal(true);
  });

  it('know how far the last one is with what each keeps, until it leaves', async () => {
    const [one, other] = await start(2);
    if (!one || !other) throw new Error('no members');
    one.world.kept = new Map([[COPY, 9n]]);
    other.world.kept = new Map([[COPY, 4n]]);
    // What was told before this is heard with it, as every member's reports come in order.
    one.world.built = new Map([['told', 1n]]);
    other.world.built = new Map([['told-too', 1n]]);
    for (const { membership } of [one, other]) membership.report();
    for (const { membership } of [one, other]) {
      await reaches(membership, 'told', 1n);
      await reaches(membership, 'told-too', 1n);
    }
    one.world.now = A_WHILE;
    one.membership.report();
    expect(await reaches(one.membership, COPY, 4n)).to.equal(true);
    expect(one.membership.board.position(COPY)).to.equal(4n);
    await other.membership.stop();
    expect(await reaches(one.membership, COPY, 9n)).to.equal(true);
  });

  it('know what clients of any of them have stopped waiting for', async () => {
    const [one, other] = await start(2);
    if (!one || !other) throw new Error('no members');
    one.membership.board.missed('users', 7n);
    one.world.built = new Map([['told', 1n]]);
    one.membership.report();
    await reaches(other.membership, 'told', 1n);
    expect(other.membership.board.isBehind('users')).to.equal(true);
  });

  it('are stale once they do not hear themselves, whatever they pass on, and not any more once they do', async () => {
    const [one] = await start(1);
    if (!one) throw new Error('no member');
    expect(one.membership.isStale()).to.equal(false);
    await server.stop();
    one.world.now = GONE_AFTER_MS;
    const gateway: MemberReport = {
      ...{ member: 'gateway', at: 1, leaves: false, built: new Map(), missed: new Map([['users', 3n]]) },
      kept: new Map([[COPY, 30n]]),
    };
    one.membership.relay(gateway);
    expect(one.membership.isStale()).to.equal(true);
    expect(one.membership.board.isBehind('users'), 'a miss counts at once').to.equal(true);
    expect(one.membership.board.position(COPY)).to.equal(-1n);
    await server.start();
    one.world.built = new Map([['back', 1n]]);
    await reaches(one.membership, 'back', 1n);
    expect(one.membership.isStale()).to.equal(false);
    one.world.now += STALE_AFTER_MS;
    expect(one.membership.isStale()).to.equal(false);
    one.world.now += 1;
    expect(one.membership.isStale()).to.equal(true);
  });
});
