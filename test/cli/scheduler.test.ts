import { expect } from 'chai';
import { type Clock, type Job, startJobs } from '../../cli/jobs/scheduler.js';
import { silentLogger } from '../support/silent-logger.js';

/** A clock that is moved by hand, with the one timer that may be set. */
function handMovedClock() {
  let now = 0;
  const timers = new Map<() => void, number>();
  const clock: Clock = {
    now: () => now,
    after(ms, callback) {
      timers.set(callback, now + ms);
      return () => timers.delete(callback);
    },
  };
  return {
    clock,
    timers: () => timers.size,
    /** Goes on to a time, calling back what falls due, and lets promises settle after each. */
    async advanceTo(time: number) {
      for (;;) {
        const due = [...timers].filter(([, at]) => at <= time).sort(([, a], [, b]) => a - b)[0];
        if (!due) break;
        const [callback, at] = due;
        now = Math.max(now, at);
        timers.delete(callback);
        callback();
        await settled();
      }
      now = time;
    },
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function start(jobs: readonly Job[], testMode = false) {
  const time = handMovedClock();
  const runs: string[] = [];
  const scheduler = startJobs({
    jobs,
    testMode,
    clock: time.clock,
    logger: silentLogger,
    onRun: (job, outcome, seconds) => runs.push(`${job} ${outcome} ${seconds} at ${time.clock.now()}`),
  });
  return { scheduler, runs, ...time };
}

const job = (name: string, intervalMs: number, more: Partial<Job> = {}): Job => ({
  name,
  intervalMs,
  firstRun: 'after-interval',
  run: async () => {},
  ...more,
});

describe('job scheduler (00-conventions.md 16)', () => {
  it('runs a job first after one interval, then with that delay', async () => {
    const { runs, advanceTo } = start([job('a', 100)]);
    await advanceTo(99);
    expect(runs).to.deep.equal([]);
    await advanceTo(250);
    expect(runs).to.deep.equal(['a ok 0 at 100', 'a ok 0 at 200']);
  });

  it('runs a job at once that wants it, and in test mode every job', async () => {
    const wanting = start([job('a', 100, { firstRun: 'at-once' }), job('b', 100)]);
    await wanting.advanceTo(0);
    expect(wanting.runs).to.deep.equal(['a ok 0 at 0']);
    const testing = start([job('a', 100), job('b', 100)], true);
    await testing.advanceTo(0);
    expect(testing.runs).to.deep.equal(['a ok 0 at 0', 'b ok 0 at 0']);
  });

  it('counts the delay from the end of a run, and never runs a job twice at once', async () => {
    const unfinished: (() => void)[] = [];
    const slow = job('slow', 100, { run: () => new Promise((resolve) => unfinished.push(resolve)) });
    const { runs, advanceTo } = start([slow, job('other', 100)]);
    await advanceTo(350);
    expect(runs).to.deep.equal(['other ok 0 at 100', 'other ok 0 at 200', 'other ok 0 at 300']);
    unfinished[0]?.();
    await settled();
    expect(runs.at(-1)).to.equal('slow ok 0.25 at 350');
    await advanceTo(449);
    expect(unfinished).to.have.length(1);
    await advanceTo(450);
    expect(unfinished).to.have.length(2);
  });

  it('keeps a job that fails on the schedule', async () => {
    const failing = job('bad', 100, { run: () => Promise.reject(new Error('no')) });
    const { runs, advanceTo } = start([failing, job('good', 100)]);
    await advanceTo(200);
    expect(runs).to.have.members(['bad error 0 at 100', 'good ok 0 at 100', 'bad error 0 at 200', 'good ok 0 at 200']);
  });

  it('keeps a job on the schedule that throws before it returns a promise', async () => {
    const throwing = job('bad', 100, {
      run: () => {
        throw new Error('no');
      },
    });
    const { runs, advanceTo } = start([throwing]);
    await advanceTo(200);
    expect(runs).to.deep.equal(['bad error 0 at 100', 'bad error 0 at 200']);
  });

  it('has one timer for any number of jobs, and none once it was stopped', async () => {
    const { scheduler, timers, runs, advanceTo } = start(Array.from({ length: 50 }, (_, i) => job(`j${i}`, 100 + i)));
    expect(timers()).to.equal(1);
    await advanceTo(120);
    expect(timers()).to.equal(1);
    await scheduler.stop(1_000);
    expect(timers()).to.equal(0);
    const before = runs.length;
    await advanceTo(1_000);
    expect(runs).to.have.length(before);
  });

  it('waits for running jobs when it stops, and tells them', async () => {
    const endingOnAbort = job('a', 100, {
      run: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    });
    const { scheduler, runs, advanceTo } = start([endingOnAbort]);
    await advanceTo(100);
    await scheduler.stop(1_000);
    expect(runs).to.deep.equal(['a ok 0 at 100']);
  });

  it('waits for a job that does not end no longer than the grace', async () => {
    const { scheduler, advanceTo } = start([job('stuck', 100, { run: () => new Promise(() => {}) })]);
    await advanceTo(100);
    let isStopped = false;
    const stopped = scheduler.stop(1_000).then(() => {
      isStopped = true;
    });
    await advanceTo(1_099);
    await settled();
    expect(isStopped).to.equal(false);
    await advanceTo(1_100);
    await stopped;
    expect(isStopped).to.equal(true);
  });
});
