import { expect } from 'chai';
import fc from 'fast-check';
import { createBoundedQueue } from '../../../infra/hashing/bounded-queue.js';
import { HasherOverloadedError } from '../../../infra/ports/password-hasher.js';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function startedTasks() {
  const started: number[] = [];
  const finish = new Map<number, (error?: Error) => void>();
  const task = (id: number) => () =>
    new Promise<number>((resolve, reject) => {
      started.push(id);
      finish.set(id, (error) => (error ? reject(error) : resolve(id)));
    });
  return { started, finish: (id: number, error?: Error) => finish.get(id)?.(error), task };
}

async function refusalOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('bounded queue', () => {
  it('runs no more than its bound and starts the others first come first served', async () => {
    const { started, finish, task } = startedTasks();
    const queue = createBoundedQueue({ maxRunning: 2, maxWaiting: 10 });
    const results = Promise.all([1, 2, 3, 4].map((id) => queue.run(task(id))));
    await settled();
    expect(started).to.deep.equal([1, 2]);
    expect(queue.stats()).to.deep.equal({ running: 2, waiting: 2 });
    finish(2);
    await settled();
    expect(started).to.deep.equal([1, 2, 3]);
    expect(queue.stats()).to.deep.equal({ running: 2, waiting: 1 });
    for (const id of [1, 3]) finish(id);
    await settled();
    finish(4);
    expect(await results).to.deep.equal([1, 2, 3, 4]);
    expect(queue.stats()).to.deep.equal({ running: 0, waiting: 0 });
  });

  it('refuses a task when as many wait as may, and never starts it', async () => {
    const { started, finish, task } = startedTasks();
    const queue = createBoundedQueue({ maxRunning: 1, maxWaiting: 1 });
    const accepted = [queue.run(task(1)), queue.run(task(2))];
    expect(await refusalOf(queue.run(task(3)))).to.be.instanceOf(HasherOverloadedError);
    finish(1);
    await settled();
    finish(2);
    await Promise.all(accepted);
    expect(started).to.deep.equal([1, 2]);
  });

  it('takes tasks again once it has drained', async () => {
    const { finish, task } = startedTasks();
    const queue = createBoundedQueue({ maxRunning: 1, maxWaiting: 0 });
    const first = queue.run(task(1));
    await refusalOf(queue.run(task(2)));
    await settled();
    finish(1);
    await first;
    expect(await queue.run(async () => 'again')).to.equal('again');
  });

  it('hands a failure on and frees its slot', async () => {
    const { finish, task } = startedTasks();
    const queue = createBoundedQueue({ maxRunning: 1, maxWaiting: 1 });
    const failing = refusalOf(queue.run(task(1)));
    const next = queue.run(async () => 'next');
    await settled();
    const failure = new Error('task failed');
    finish(1, failure);
    expect(await failing).to.equal(failure);
    expect(await next).to.equal('next');
    expect(queue.stats()).to.deep.equal({ running: 0, waiting: 0 });
  });

  const estimates = [
    { tookMs: 3000, maxRunning: 1, maxWaiting: 3, seconds: 12 },
    { tookMs: 3000, maxRunning: 2, maxWaiting: 2, seconds: 6 },
    { tookMs: 1, maxRunning: 1, maxWaiting: 1, seconds: 1 },
    { tookMs: 50_000, maxRunning: 1, maxWaiting: 5, seconds: 60 },
  ];
  for (const { tookMs, maxRunning, maxWaiting, seconds } of estimates) {
    it(`says ${seconds} s when tasks take ${tookMs} ms, ${maxRunning} run and ${maxWaiting} wait`, async () => {
      let clock = 0;
      const queue = createBoundedQueue({ maxRunning, maxWaiting }, () => clock);
      await queue.run(async () => {
        clock += tookMs;
      });
      const { task } = startedTasks();
      for (let id = 0; id < maxRunning + maxWaiting; id++) void queue.run(task(id));
      const error = await refusalOf(queue.run(task(99)));
      expect(error).to.be.instanceOf(HasherOverloadedError).with.property('retryAfterSeconds', seconds);
    });
  }

  it('says 1 s as long as no task has ended', async () => {
    const queue = createBoundedQueue({ maxRunning: 1, maxWaiting: 0 });
    void queue.run(startedTasks().task(1));
    const error = await refusalOf(queue.run(async () => undefined));
    expect(error).to.have.property('retryAfterSeconds', 1);
  });

  it('keeps order and bounds whatever the bounds and whatever order tasks end in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 6 }),
        fc.array(fc.nat({ max: 9 }), { maxLength: 15 }),
        async (maxRunning, maxWaiting, endings) => {
          const { started, finish, task } = startedTasks();
          const queue = createBoundedQueue({ maxRunning, maxWaiting });
          const outcomes = endings.map((_, id) => refusalOf(queue.run(task(id))));
          const capacity = Math.min(endings.length, maxRunning + maxWaiting);
          const ended = new Set<number>();
          await settled();
          for (const pick of endings.slice(0, capacity)) {
            const running = started.filter((id) => !ended.has(id));
            expect(running.length).to.be.at.most(maxRunning);
            const id = running[pick % running.length];
            if (id === undefined) throw new Error('a task that was accepted did not start');
            ended.add(id);
            finish(id);
            await settled();
          }
          const refused = (await Promise.all(outcomes)).filter((error) => error instanceof HasherOverloadedError);
          expect(refused.length).to.equal(endings.length - capacity);
          expect(started).to.deep.equal([...Array(capacity).keys()]);
          expect(queue.stats()).to.deep.equal({ running: 0, waiting: 0 });
        },
      ),
      { numRuns: 50 },
    );
  });
});
