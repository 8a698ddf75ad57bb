import { expect } from 'chai';
import { TokenMinterClosedError, TokenMinterOverloadedError, TokenMintingError } from '../../../infra/ports/tokens.js';
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from '../../../infra/tokens/worker-pool.js';
import type { ScriptedJob } from './scripted-worker.js';

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('it was to be rejected'),
    (error: unknown) => error,
  );

describe('worker pool', () => {
  let pool: WorkerPool<ScriptedJob, string>;

  function start(options: Partial<WorkerPoolOptions> = {}): void {
    const script = new URL('./scripted-worker.js', import.meta.url);
    pool = createWorkerPool({
      ...{ script, workers: 2, jobsPerMessage: 3, messagesPerWorker: 2, maxQueued: 1000 },
      ...options,
    });
  }
  function run(say: string, deaths = new Int32Array(new SharedArrayBuffer(4))): Promise<string> {
    return pool.run({ say, deaths });
  }
  afterEach(() => pool.close());

  it('starts no worker before the first job', () => {
    start();
    expect(pool.stats()).to.deep.equal({ workers: 0, queued: 0, running: 0, completed: 0, replaced: 0 });
  });

  it('gives every job its own answer', async () => {
    start();
    const words = Array.from({ length: 200 }, (_, index) => `job ${index}`);
    expect(await Promise.all(words.map((word) => run(word)))).to.deep.equal(words);
    expect(pool.stats()).to.deep.equal({ workers: 2, queued: 0, running: 0, completed: 200, replaced: 0 });
  });

  it('hands no worker more than its messages, and keeps the rest in the queue', async () => {
    start();
    const all = Promise.all(Array.from({ length: 30 }, () => run('x')));
    await new Promise((resolve) => setImmediate(resolve));
    expect(pool.stats()).to.deep.include({ workers: 2, queued: 18, running: 12 });
    await all;
  });

  it('refuses jobs beyond the bound of the queue and does the others', async () => {
    start({ maxQueued: 2 });
    const accepted = Promise.all([run('a'), run('b')]);
    expect(await rejection(run('c'))).to.be.instanceOf(TokenMinterOverloadedError);
    expect(await accepted).to.deep.equal(['a', 'b']);
    expect(await run('d')).to.equal('d');
  });

  it('rejects a job that fails and does its neighbours', async () => {
    start();
    const [good, bad] = await Promise.all([run('good'), rejection(run('fail'))]);
    expect(good).to.equal('good');
    expect(bad).to.be.instanceOf(TokenMintingError);
  });

  it('replaces a dead worker and does its jobs again', async () => {
    start({ workers: 1 });
    const deaths = new Int32Array(new SharedArrayBuffer(4));
    expect(await Promise.all([run('a'), run('die once', deaths), run('b')])).to.deep.equal(['a', 'die once', 'b']);
    expect(deaths[0]).to.equal(1);
    expect(pool.stats()).to.deep.include({ workers: 1, replaced: 1, queued: 0, running: 0 });
  });

  it('gives a job up when a second worker dies over it', async () => {
    start({ workers: 1 });
    const deaths = new Int32Array(new SharedArrayBuffer(4));
    expect(await rejection(run('die', deaths))).to.be.instanceOf(TokenMintingError);
    expect(deaths[0]).to.equal(2);
    expect(await run('after')).to.equal('after');
  });

  it('rejects the jobs of a worker that cannot start', async () => {
    start({ script: new URL('./no-such-worker.js', import.meta.url) });
    expect(await rejection(run('a'))).to.be.instanceOf(TokenMintingError);
  });

  it('finishes what it has before it closes, and takes nothing after', async () => {
    start();
    const all = Promise.all(Array.from({ length: 30 }, (_, index) => run(`${index}`)));
    const closed = pool.close();
    expect(await rejection(run('late'))).to.be.instanceOf(TokenMinterClosedError);
    await closed;
    expect((await all).length).to.equal(30);
    expect(pool.stats()).to.deep.equal({ workers: 0, queued: 0, running: 0, completed: 30, replaced: 0 });
  });
});
