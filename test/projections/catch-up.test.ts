import { expect } from 'chai';
import { type CatchUpOptions, type CatchUpProgress, catchUp } from '../../projections/runner/catch-up.js';
import { memoryLog, plainStore, type SampleFile, sampleFile, sampleView } from './fixture.js';

type Own = Pick<CatchUpOptions<never>, 'pace' | 'onProgress' | 'signal'>;

describe('catching up with the log', () => {
  let files: SampleFile;

  beforeEach(() => {
    files = sampleFile();
  });

  afterEach(() => files.close());

  async function setUp(events: number) {
    const log = memoryLog();
    for (let i = 0; i < events; i++) log.add(`s-${i % 2}`, 'Added', { amount: 1 });
    const view = sampleView(new Set());
    const handle = await files.open(view);
    const { signal } = new AbortController();
    const base = { view, target: handle.target, log, store: plainStore, onParked: () => {}, signal };
    return {
      log,
      handle,
      run: (options: Pick<CatchUpOptions<never>, 'upTo'> & Partial<Own>) => catchUp({ ...base, ...options }),
    };
  }

  it('stops at exactly the given position', async () => {
    const { handle, run } = await setUp(1_000);
    await run({ upTo: 450n });
    expect(await handle.totals()).to.deep.equal({ 's-0': 226, 's-1': 225 });
    expect(await handle.target.checkpoint()).to.equal(450n);
    await run({ upTo: 999n });
    expect(await handle.totals()).to.deep.equal({ 's-0': 500, 's-1': 500 });
  });

  it('sets the checkpoint where the log holds no event of the view', async () => {
    const { handle, run } = await setUp(3);
    await run({ upTo: 77n });
    expect(await handle.target.checkpoint()).to.equal(77n);
  });

  it('does nothing if the view is there already', async () => {
    const { handle, run } = await setUp(3);
    await run({ upTo: 2n });
    await run({ upTo: 1n });
    expect(await handle.target.checkpoint()).to.equal(2n);
  });

  it('tells its progress', async () => {
    const { run } = await setUp(2_450);
    const told: CatchUpProgress[] = [];
    await run({ upTo: 2_449n, onProgress: (progress: CatchUpProgress) => told.push(progress) });
    expect(told).to.deep.equal([
      { events: 1_000, from: 0n, position: 999n },
      { events: 2_000, from: 0n, position: 1_999n },
      { events: 2_450, from: 0n, position: 2_449n },
    ]);
  });

  it('leaves the storage alone after each transaction, and makes them as long as wished', async () => {
    const { handle, run } = await setUp(1_000);
    let now = 0;
    const rests: number[] = [];
    const told: number[] = [];
    // Every event takes 1 ms, on a clock that is read before and after each transaction.
    let before = 0;
    const pace = {
      transactionMs: 20,
      clock: () => now,
      sleep: async (ms: number) => {
        rests.push(ms);
      },
    };
    await run({
      upTo: 999n,
      pace,
      onProgress: ({ events }: CatchUpProgress) => {
        now += events - before;
        told.push(events - before);
        before = events;
      },
    });
    expect(told.slice(0, 3)).to.deep.equal([200, 20, 20]);
    expect(rests.slice(0, 3)).to.deep.equal([10, 10, 10]);
    expect(await handle.target.checkpoint()).to.equal(999n);
  });

  it('stops between two transactions when the signal aborts', async () => {
    const { handle, run } = await setUp(3_000);
    const stop = new AbortController();
    const failure = await run({
      upTo: 2_999n,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    }).catch((error: Error) => error.message);
    expect(failure).to.equal('enough');
    expect(await handle.target.checkpoint()).to.equal(999n);
  });

  it('fails if somebody else fills the same rows', async () => {
    const { handle, run } = await setUp(1_000);
    const rival = async () => {
      await handle.db.updateTable('checkpoints').set({ position: '500' }).execute();
    };
    const failure = await run({
      upTo: 999n,
      pace: { transactionMs: 20, clock: () => 0, sleep: rival },
    }).catch((error: Error) => error.name);
    expect(failure).to.equal('CheckpointMovedError');
  });
});
