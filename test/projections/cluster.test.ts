import { expect } from 'chai';
import { BEGINNING, type Position } from '../../infra/ports/event-log.js';
import type { MemberReport } from '../../infra/ports/progress-exchange.js';
import { clusterProgress, GONE_AFTER_MS, REPORT_EVERY_MS, STALE_AFTER_MS } from '../../projections/runner/cluster.js';
import { progressBoard } from '../../projections/runner/progress.js';

/** After this time a cluster that was opened believes to know all members, in ms. */
const SETTLED = 3 * REPORT_EVERY_MS;

type Positions = Readonly<Record<string, Position>>;

function report(
  member: string,
  {
    built = {},
    kept = {},
    missed = {},
    leaves = false,
    at = 0,
  }: { built?: Positions; kept?: Positions; missed?: Positions; leaves?: boolean; at?: number },
): MemberReport {
  const [a, b, c] = [built, kept, missed].map((positions) => new Map(Object.entries(positions)));
  return { member, at, built: a ?? new Map(), kept: b ?? new Map(), missed: c ?? new Map(), leaves };
}

/** A cluster as the member `me` sees it, with a clock that is moved by hand. */
function newCluster() {
  const world = { now: 0, timesBack: 0 };
  const board = progressBoard();
  const onBack = (): void => {
    world.timesBack++;
  };
  const cluster = clusterProgress({ self: 'me', board, kept: ['copy'], clock: () => world.now, onBack });
  const keeps = (member: string, copy: Position) => cluster.heard(report(member, { kept: { copy } }));
  return {
    cluster,
    board,
    keeps,
    hearsItself: (at: number = world.now) => cluster.heard(report('me', { at })),
    now: () => world.now,
    timesBack: () => world.timesBack,
    /** Lets time pass, hearing in every interval from those that are named, and from itself. */
    pass(ms: number, others: Positions = {}) {
      for (const end = world.now + ms; world.now < end; ) {
        world.now = Math.min(end, world.now + REPORT_EVERY_MS);
        cluster.heard(report('me', { at: world.now }));
        for (const [member, position] of Object.entries(others)) keeps(member, position);
        cluster.tick();
      }
    },
    /** Lets time pass in silence. */
    sleep(ms: number) {
      world.now += ms;
      cluster.tick();
    },
  };
}

function settled() {
  const made = newCluster();
  made.cluster.opened();
  made.pass(SETTLED);
  return made;
}

describe('what the members of an installation have told: views that one process builds', () => {
  it('are as far as their builder says, at once and before anybody is known', () => {
    const { cluster, board } = newCluster();
    cluster.heard(report('builder', { built: { users: 7n, sessions: 3n } }));
    expect([board.position('users'), board.position('sessions')]).to.deep.equal([7n, 3n]);
  });

  it('never go back, not for a report that is late nor for a builder that starts again', () => {
    const { cluster, board } = newCluster();
    cluster.heard(report('builder', { built: { users: 7n } }));
    cluster.heard(report('builder', { built: { users: 5n } }));
    cluster.heard(report('next builder', { built: { users: BEGINNING } }));
    expect(board.position('users')).to.equal(7n);
  });

  it('do not make their builder one that keeps copies', () => {
    const { cluster } = newCluster();
    cluster.heard(report('builder', { built: { users: 7n } }));
    expect(cluster.size()).to.equal(0);
  });
});

describe('what the members of an installation have told: copies that everybody keeps', () => {
  it('are as far as the last member', () => {
    const { board, keeps } = settled();
    keeps('a', 9n);
    keeps('b', 4n);
    keeps('a', 12n);
    expect(board.position('copy')).to.equal(9n);
    keeps('b', 11n);
    expect(board.position('copy')).to.equal(11n);
  });

  it('never go back when a member comes that is not as far', () => {
    const { board, keeps } = settled();
    keeps('a', 9n);
    keeps('b', 4n);
    expect(board.position('copy')).to.equal(9n);
  });

  it('wait for a member only where it keeps the view', () => {
    const { cluster, board, keeps } = settled();
    cluster.heard(report('other', { kept: { another: 1n } }));
    keeps('a', 9n);
    expect(board.position('copy')).to.equal(9n);
    expect(board.position('another')).to.equal(BEGINNING);
  });

  it('are nowhere before the channel was opened, however much was heard on other ways', () => {
    const { board, pass } = newCluster();
    pass(10 * SETTLED, { a: 9n });
    expect(board.position('copy')).to.equal(BEGINNING);
  });

  it('are nowhere before every member had the time to report', () => {
    const { cluster, board, pass } = newCluster();
    cluster.opened();
    pass(SETTLED - 1, { a: 9n });
    expect(board.position('copy')).to.equal(BEGINNING);
    pass(1, { a: 9n });
    expect(board.position('copy')).to.equal(9n);
  });

  it('stay where they are after the channel was opened again, until every member had the time to report', () => {
    const { cluster, board, pass } = settled();
    pass(REPORT_EVERY_MS, { a: 9n });
    cluster.opened();
    pass(SETTLED - 1, { a: 12n });
    expect(board.position('copy')).to.equal(9n);
    pass(1, { a: 12n });
    expect(board.position('copy')).to.equal(12n);
  });

  it('do not wait for a member that has said good-bye', () => {
    const { cluster, board, keeps } = settled();
    keeps('a', 4n);
    keeps('b', 9n);
    expect(board.position('copy')).to.equal(4n);
    cluster.heard(report('a', { kept: { copy: 4n }, leaves: true }));
    expect(board.position('copy')).to.equal(9n);
    expect(cluster.size()).to.equal(1);
  });

  it('wait for a member that is silent until it is taken for gone, and not longer', () => {
    const { cluster, board, keeps, pass } = settled();
    keeps('silent', 4n);
    pass(GONE_AFTER_MS, { a: 9n });
    expect(board.position('copy')).to.equal(4n);
    expect(cluster.size()).to.equal(2);
    pass(1, { a: 9n });
    expect(board.position('copy')).to.equal(9n);
    expect(cluster.size()).to.equal(1);
  });

  it('go on when time passes, without anybody reporting anything new', () => {
    const { board, keeps, pass } = settled();
    keeps('silent', 4n);
    keeps('a', 9n);
    pass(GONE_AFTER_MS, { a: 9n });
    expect(board.position('copy')).to.equal(4n);
    pass(REPORT_EVERY_MS);
    expect(board.position('copy')).to.equal(9n);
  });

  it('wait again for a member that was taken for gone and is heard', () => {
    const { board, keeps, pass } = settled();
    keeps('b', 4n);
    pass(GONE_AFTER_MS + 1, { a: 9n });
    keeps('b', 5n);
    keeps('a', 20n);
    expect(board.position('copy')).to.equal(9n);
    keeps('b', 20n);
    expect(board.position('copy')).to.equal(20n);
  });

  it('stay where they are while this process is cut off: the silent are still there', () => {
    const { cluster, board, keeps, sleep } = settled();
    keeps('a', 4n);
    sleep(REPORT_EVERY_MS);
    keeps('b', 9n);
    sleep(GONE_AFTER_MS);
    expect(cluster.size()).to.equal(1);
    keeps('c', 30n);
    expect(board.position('copy')).to.equal(4n);
  });
});

describe('what the members of an installation have told: after a standstill of this process', () => {
  it('does not conclude anything from what was told meanwhile, until every member had the time to report', () => {
    const { board, keeps, pass, sleep, hearsItself, now } = settled();
    keeps('a', 4n);
    const before = now();
    sleep(2 * GONE_AFTER_MS);
    hearsItself(before);
    keeps('a', 9n);
    hearsItself();
    keeps('a', 12n);
    expect(board.position('copy')).to.equal(4n);
    pass(SETTLED - 1, { a: 12n, b: 6n });
    expect(board.position('copy')).to.equal(4n);
    pass(1, { a: 12n, b: 6n });
    expect(board.position('copy')).to.equal(6n);
  });
});

describe('what the members of an installation have told: the rest', () => {
  it('passes on what clients have stopped waiting for', () => {
    const { cluster, board } = newCluster();
    cluster.heard(report('a', { missed: { users: 7n } }));
    expect(board.isBehind('users')).to.equal(true);
    cluster.heard(report('builder', { built: { users: 6n } }));
    expect([...board.behind()]).to.deep.equal([['users', 7n]]);
    cluster.heard(report('builder', { built: { users: 7n } }));
    expect(board.isBehind('users')).to.equal(false);
  });

  it('does not take a view for behind that has passed meanwhile', () => {
    const { cluster, board } = newCluster();
    cluster.heard(report('a', { built: { users: 7n }, missed: { users: 7n } }));
    expect(board.isBehind('users')).to.equal(false);
  });

  it('passes on what a member missed that says good-bye', () => {
    const { cluster, board } = newCluster();
    cluster.heard(report('a', { missed: { users: 7n }, leaves: true }));
    expect(board.isBehind('users')).to.equal(true);
  });

  it('is silent since this process heard itself, whomever else it hears', () => {
    const { cluster, keeps, sleep, hearsItself } = newCluster();
    sleep(300);
    expect(cluster.silence()).to.equal(300);
    keeps('a', 1n);
    sleep(STALE_AFTER_MS);
    expect(cluster.silence()).to.equal(STALE_AFTER_MS + 300);
    hearsItself();
    expect(cluster.silence()).to.equal(0);
    sleep(10);
    expect(cluster.silence()).to.equal(10);
  });

  it('is as silent as the report is old that came back, however late it came', () => {
    const { cluster, sleep, hearsItself } = newCluster();
    sleep(10_000);
    hearsItself(9_000);
    expect(cluster.silence()).to.equal(1_000);
    hearsItself(8_500);
    expect(cluster.silence()).to.equal(1_000);
  });

  it('opening the channel does not count as having been heard', () => {
    const { cluster, sleep } = newCluster();
    sleep(STALE_AFTER_MS + 1);
    cluster.opened();
    expect(cluster.silence()).to.be.above(STALE_AFTER_MS);
  });

  it('members are given up later than a process may answer that follows through another one', () => {
    expect(GONE_AFTER_MS).to.be.above(2 * STALE_AFTER_MS);
    expect(STALE_AFTER_MS).to.be.above(SETTLED);
  });

  it('it is told once that it is back, after the others may have given it up and not before', () => {
    const { hearsItself, timesBack, sleep } = settled();
    sleep(STALE_AFTER_MS);
    hearsItself();
    expect(timesBack()).to.equal(0);
    sleep(STALE_AFTER_MS + 1);
    hearsItself(0);
    expect(timesBack(), 'what comes back is as old').to.equal(1);
    hearsItself();
    hearsItself();
    expect(timesBack()).to.equal(2);
  });
});
