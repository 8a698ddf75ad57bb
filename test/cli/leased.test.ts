import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { LEASE_MS, MARGIN_MS, RENEW_EVERY_MS, runLeased } from '../../cli/roles/leased.js';
import type { Leases } from '../../infra/ports/lease.js';
import type { Logger } from '../../infra/ports/logger.js';
import { silentLogger } from '../support/silent-logger.js';

/** How long a holder that hears nothing may go on, in ms. */
const VALID_MS = LEASE_MS - MARGIN_MS;

/** How the leases answer: who has it, that they fail, or nothing yet. */
type Answer = 'ours' | 'theirs' | 'fails' | 'hangs';

type Run = (signal: AbortSignal) => Promise<'over' | 'unfit'>;

const untilAborted: Run = (signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve('over'), { once: true }));

/** Something leased, with leases and a time that are moved by hand. */
function start(run: Run = untilAborted, answer: Answer = 'ours') {
  let now = 0;
  const sleeping = new Set<{ readonly until: number; readonly wake: () => void }>();
  const world = { answer };
  const calls: string[] = [];
  const hanging: ((isOurs: boolean) => void)[] = [];
  const logged: string[] = [];
  const seen = { runs: 0, running: 0, most: 0, asked: 0, mostAsked: 0 };

  const leases: Leases = {
    async take(name, holder, ttlMs) {
      calls.push(`take ${name} ${holder} ${ttlMs} at ${now}`);
      seen.mostAsked = Math.max(seen.mostAsked, ++seen.asked);
      try {
        if (world.answer === 'fails') throw new Error('no server');
        if (world.answer !== 'hangs') return world.answer === 'ours';
        return await new Promise<boolean>((resolve) => hanging.push(resolve));
      } finally {
        seen.asked--;
      }
    },
    async release(name, holder) {
      calls.push(`release ${name} ${holder} at ${now}`);
      if (world.answer === 'fails') throw new Error('no server');
    },
    close: async () => undefined,
  };
  const log = (_fields: object, message: string) => logged.push(message);
  const logger: Logger = { ...silentLogger, info: log, warn: log, error: log };

  const leased = runLeased({
    ...{ leases, logger, name: 'work', holder: 'me' },
    clock: () => now,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleeping.add({ until: now + ms, wake: resolve });
      }),
    async run(signal) {
      seen.runs++;
      seen.most = Math.max(seen.most, ++seen.running);
      try {
        return await run(signal);
      } finally {
        seen.running--;
      }
    },
  });

  return {
    leased,
    world,
    calls,
    logged,
    seen,
    settle: nextTurn,
    takes: () => calls.filter((call) => call.startsWith('take')).length,
    /** Answers what hangs. */
    async answer(isOurs: boolean) {
      for (const resolve of hanging.splice(0)) resolve(isOurs);
      await nextTurn();
    },
    /** Goes on to a time, waking whoever is to be woken. */
    async advanceTo(time: number) {
      await nextTurn();
      for (;;) {
        const [first] = [...sleeping].sort((a, b) => a.until - b.until);
        if (!first || first.until > time) break;
        now = Math.max(now, first.until);
        sleeping.delete(first);
        first.wake();
        await nextTurn();
      }
      now = time;
    },
  };
}

describe('what one process does under a lease', () => {
  it('begins when the lease is there, and goes on as long as it is renewed', async () => {
    const { leased, seen, calls, advanceTo } = start();
    await advanceTo(0);
    expect(seen).to.include({ runs: 1, running: 1 });
    await advanceTo(10 * LEASE_MS);
    expect(seen).to.include({ runs: 1, running: 1 });
    expect(calls.slice(0, 2)).to.deep.equal([
      `take work me ${LEASE_MS} at 0`,
      `take work me ${LEASE_MS} at ${RENEW_EVERY_MS}`,
    ]);
    await leased.stop();
  });

  it('does not begin while another process has the lease, and takes over within one interval', async () => {
    const { leased, world, seen, advanceTo } = start(untilAborted, 'theirs');
    await advanceTo(10 * LEASE_MS);
    expect(seen.runs).to.equal(0);
    world.answer = 'ours';
    await advanceTo(10 * LEASE_MS + RENEW_EVERY_MS);
    expect(seen).to.include({ runs: 1, running: 1 });
    await leased.stop();
  });

  it('ends when another process has the lease', async () => {
    const { leased, world, seen, logged, advanceTo } = start();
    await advanceTo(0);
    world.answer = 'theirs';
    await advanceTo(RENEW_EVERY_MS);
    expect(seen.running).to.equal(0);
    expect(logged).to.include('the lease is lost; standing by');
    await leased.stop();
  });

  it('goes on through failures of the leases, and ends before others may take it', async () => {
    const { leased, world, seen, advanceTo } = start();
    await advanceTo(0);
    world.answer = 'fails';
    await advanceTo(VALID_MS - 1);
    expect(seen.running).to.equal(1);
    await advanceTo(VALID_MS + RENEW_EVERY_MS - 1);
    expect(seen.running).to.equal(0);
    expect(VALID_MS).to.be.below(LEASE_MS);
    await leased.stop();
  });

  it('ends in time when nothing is answered at all', async () => {
    const { leased, world, seen, answer, advanceTo } = start();
    await advanceTo(0);
    world.answer = 'hangs';
    await advanceTo(VALID_MS - 1);
    expect(seen.running).to.equal(1);
    await advanceTo(VALID_MS);
    expect(seen.running).to.equal(0);
    await advanceTo(LEASE_MS);
    world.answer = 'theirs';
    await answer(false);
    await leased.stop();
  });

  it('does not begin on an answer that comes when the lease has run out', async () => {
    const { leased, world, seen, answer, advanceTo } = start();
    await advanceTo(0);
    world.answer = 'hangs';
    await advanceTo(RENEW_EVERY_MS + VALID_MS);
    await answer(true);
    expect(seen).to.include({ runs: 1, running: 0 });
    world.answer = 'ours';
    await advanceTo(2 * LEASE_MS);
    expect(seen).to.include({ runs: 2, running: 1 });
    await leased.stop();
  });

  it('counts from when it asked, and renews sooner if the answer was slow', async () => {
    const { leased, world, seen, answer, takes, advanceTo } = start();
    await advanceTo(0);
    world.answer = 'hangs';
    await advanceTo(VALID_MS - 100);
    world.answer = 'ours';
    await answer(true);
    await advanceTo(VALID_MS - 99);
    expect(takes()).to.equal(3);
    expect(seen).to.include({ runs: 1, running: 1 });
    await leased.stop();
  });

  it('never runs twice at once, nor asks twice at once, however slowly it ends', async () => {
    const unfinished: (() => void)[] = [];
    const { leased, world, seen, settle, advanceTo } = start(
      () => new Promise((resolve) => unfinished.push(() => resolve('over'))),
    );
    await advanceTo(0);
    world.answer = 'theirs';
    await advanceTo(LEASE_MS);
    world.answer = 'ours';
    await advanceTo(10 * LEASE_MS);
    expect(seen).to.include({ runs: 1, most: 1 });
    unfinished.pop()?.();
    await settle();
    await advanceTo(12 * LEASE_MS);
    expect(seen).to.include({ runs: 2, most: 1, mostAsked: 1 });
    const stopped = leased.stop();
    unfinished.pop()?.();
    await stopped;
  });

  it('ends and then gives the lease back when it is stopped, and takes it no more', async () => {
    const order: string[] = [];
    const { leased, seen, calls, takes, advanceTo } = start(async (signal) => {
      await untilAborted(signal);
      order.push(`ended before ${calls.length}`);
      return 'over';
    });
    await advanceTo(100);
    await leased.stop();
    expect(order).to.deep.equal(['ended before 1']);
    expect(calls.at(-1)).to.equal('release work me at 100');
    await advanceTo(10 * LEASE_MS);
    expect(takes()).to.equal(1);
    expect(seen).to.include({ runs: 1, running: 0 });
  });

  it('does not wait for time to pass when it is stopped', async () => {
    const { leased, advanceTo } = start(untilAborted, 'theirs');
    await advanceTo(100);
    await leased.stop();
  });

  it('does not give back what it never had', async () => {
    const { leased, calls, advanceTo } = start(untilAborted, 'theirs');
    await advanceTo(RENEW_EVERY_MS);
    await leased.stop();
    expect(calls.filter((call) => call.startsWith('release'))).to.deep.equal([]);
  });

  it('gives back a lease that it got while it was being stopped, without beginning', async () => {
    const { leased, seen, calls, answer, settle } = start(untilAborted, 'hangs');
    await settle();
    const stopped = leased.stop();
    await answer(true);
    await stopped;
    expect(seen.runs).to.equal(0);
    expect(calls.at(-1)).to.match(/^release work me/);
  });

  it('ends at once when it is stopped, even if an answer is still to come', async () => {
    const { leased, world, seen, answer, settle, advanceTo } = start();
    await advanceTo(0);
    world.answer = 'hangs';
    await advanceTo(RENEW_EVERY_MS);
    const stopped = leased.stop();
    await settle();
    expect(seen.running).to.equal(0);
    await answer(true);
    await stopped;
  });

  it('stops although the lease can not be given back', async () => {
    const { leased, world, advanceTo } = start();
    await advanceTo(0);
    world.answer = 'fails';
    await leased.stop();
  });

  for (const [how, fail] of [
    ['fails', () => Promise.reject(new Error('no'))],
    [
      'throws before it returns a promise',
      () => {
        throw new Error('no');
      },
    ],
    ['ends by itself', async () => 'over' as const],
  ] as const)
    it(`begins a run again that ${how}, once per interval, and keeps the lease meanwhile`, async () => {
      const { leased, seen, calls, advanceTo } = start(fail);
      await advanceTo(10 * RENEW_EVERY_MS);
      expect(seen).to.include({ runs: 11, running: 0, most: 1 });
      await leased.stop();
      expect(calls.at(-1)).to.match(/^release/);
    });

  it('leaves the lease to others for good once this process is unfit, and says so', async () => {
    const { leased, seen, calls, logged, takes, advanceTo } = start(async () => 'unfit');
    await advanceTo(0);
    expect(calls).to.deep.equal([`take work me ${LEASE_MS} at 0`, 'release work me at 0']);
    expect(logged).to.include('this process can not do it any more, and leaves the lease to others');
    await advanceTo(10 * LEASE_MS);
    expect(takes()).to.equal(1);
    expect(seen).to.include({ runs: 1, running: 0 });
    await leased.stop();
  });
});
