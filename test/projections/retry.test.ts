import { expect } from 'chai';
import type { Transaction } from 'kysely';
import type { RecordedEvent } from '../../infra/ports/event-log.js';
import { applyBatch, standingOf } from '../../projections/runner/apply.js';
import { retryParked } from '../../projections/runner/retry.js';
import type { ParkedStream, View } from '../../projections/runner/view.js';
import {
  collectParked,
  type MemoryLog,
  memoryLog,
  plainStore,
  type SampleFile,
  type SampleHandle,
  type SampleTables,
  sampleFile,
  sampleView,
} from './fixture.js';

describe('retrying parked streams', () => {
  const poison = new Set<string>();
  const view: View<Transaction<SampleTables>> = sampleView(poison);
  let files: SampleFile;
  let log: MemoryLog;
  /** Two processes: one runs the projection, the other retries. */
  let runner: SampleHandle;
  let operator: SampleHandle;

  beforeEach(async () => {
    poison.clear();
    files = sampleFile();
    log = memoryLog();
    runner = await files.open(view);
    operator = await files.open(view);
  });

  afterEach(() => files.close());

  const applying = { view, store: plainStore, onParked: () => {} };

  /** Applies what the runner has not applied yet. */
  async function apply(known = standingOf(runner.target), store: typeof plainStore = plainStore) {
    const standing = await known;
    const events = log.events.filter(({ position }) => position > standing.checkpoint);
    const upTo = events.at(-1)?.position ?? standing.checkpoint;
    return applyBatch({ ...applying, target: runner.target, store }, { events, upTo }, standing);
  }

  /** Has `s-bad` parked from its second event on. */
  async function park(): Promise<ParkedStream> {
    log.add('s-bad', 'Added', { amount: 1 });
    await apply();
    poison.add('s-bad');
    for (const amount of [10, 100]) log.add('s-bad', 'Added', { amount });
    log.add('s-good', 'Added', { amount: 1 });
    await apply();
    poison.clear();
    const [parked] = await operator.target.parkedStreams();
    if (!parked) throw new Error('nothing is parked');
    return parked;
  }

  const retry = (parked: ParkedStream, logOfOperator: Pick<MemoryLog, 'readStream'> = log) =>
    retryParked({ view, target: operator.target, store: plainStore, log: logOfOperator }, parked);

  it('applies what was left out, and the stream is followed again', async () => {
    expect(await retry(await park())).to.deep.equal({ applied: 2, failure: undefined });
    log.add('s-bad', 'Added', { amount: 1_000 });
    await apply();
    expect(await runner.totals()).to.deep.equal({ 's-bad': 1_111, 's-good': 1 });
    expect(await runner.target.parkedStreams()).to.deep.equal([]);
  });

  it('keeps the stream parked at the first event that still fails, and what went well before it', async () => {
    const parked = await park();
    const fail: View<Transaction<SampleTables>> = {
      ...view,
      handlers: new Map([
        [
          'Added',
          async (tx, event) => {
            if (event.position === 2n) throw new Error('still bad');
            await view.handlers.get('Added')?.(tx, event);
          },
        ],
      ]),
    };
    const failure = { stream: 's-bad', position: 2n, eventType: 'Added', error: 'Error: still bad' };
    expect(await retryParked({ view: fail, target: operator.target, store: plainStore, log }, parked)).to.deep.equal({
      applied: 1,
      failure,
    });
    expect(await runner.target.parkedStreams()).to.deep.equal([failure]);
    expect((await runner.totals())['s-bad']).to.equal(11);
  });

  it('takes a long stream in several transactions', async () => {
    const parked = await park();
    for (let i = 0; i < 350; i++) log.add('s-bad', 'Added', { amount: 1 });
    await apply();
    let transactions = 0;
    const target: typeof operator.target = {
      ...operator.target,
      transaction: (run) => {
        transactions++;
        return operator.target.transaction(run);
      },
    };
    expect((await retryParked({ view, target, store: plainStore, log }, parked)).applied).to.equal(352);
    expect(transactions).to.equal(4);
    expect((await runner.totals())['s-bad']).to.equal(461);
  });

  it('applies nothing past the checkpoint, for that is left to the runner', async () => {
    const parked = await park();
    log.add('s-bad', 'Added', { amount: 1_000 });
    await retry(parked);
    expect((await runner.totals())['s-bad']).to.equal(111);
    await apply();
    expect((await runner.totals())['s-bad']).to.equal(1_111);
  });

  it('loses nothing if it is done while the runner prepares a batch', async () => {
    const parked = await park();
    log.add('s-bad', 'Added', { amount: 1_000 });
    log.add('s-good', 'Added', { amount: 1 });
    let retried = false;
    await apply(undefined, {
      async decode(events) {
        if (!retried) {
          retried = true;
          await retry(parked);
        }
        return plainStore.decode(events);
      },
    });
    expect(retried).to.equal(true);
    expect(await runner.totals()).to.deep.equal({ 's-bad': 1_111, 's-good': 2 });
  });

  it('loses nothing if the runner applies a batch while it is being prepared', async () => {
    const parked = await park();
    let applied = false;
    const busyLog = {
      async readStream(...given: Parameters<MemoryLog['readStream']>) {
        const read = await log.readStream(...given);
        if (!applied) {
          applied = true;
          log.add('s-bad', 'Added', { amount: 1_000 });
          await apply();
        }
        return read;
      },
    };
    await retry(parked, busyLog);
    expect(await runner.totals()).to.deep.equal({ 's-bad': 1_111, 's-good': 1 });
  });

  it('a runner that still believes the stream parked looks again before it moves the checkpoint', async () => {
    const parked = await park();
    const stale = standingOf(runner.target);
    await stale;
    await retry(parked);
    log.add('s-bad', 'Added', { amount: 1_000 });
    const standing = await apply(stale);
    expect(standing).to.deep.equal({ checkpoint: 4n, parked: new Set() });
    expect((await runner.totals())['s-bad']).to.equal(1_111);
  });

  it('a runner that has not heard of a parked stream leaves it alone', async () => {
    const stale = await standingOf(runner.target);
    await park();
    await operator.db.updateTable('checkpoints').set({ position: '-1' }).execute();
    await operator.db.deleteFrom('totals').execute();
    const { parked, onParked } = collectParked();
    const batch = { events: log.events, upTo: 3n };
    await applyBatch({ ...applying, onParked, target: runner.target }, batch, stale);
    expect(await runner.totals()).to.deep.equal({ 's-good': 1 });
    expect(parked).to.deep.equal([]);
  });

  it('two operators who retry at once do no harm', async () => {
    const parked = await park();
    const third = await files.open(view);
    const both = await Promise.all([
      retry(parked),
      retryParked({ view, target: third.target, store: plainStore, log }, parked),
    ]);
    expect(both.map(({ applied }) => applied).sort()).to.deep.equal([0, 2]);
    expect((await runner.totals())['s-bad']).to.equal(111);
  });

  it('unparks a stream whose events are gone from the log', async () => {
    const parked = await park();
    const gone: RecordedEvent[] = log.events.splice(0, log.events.length);
    expect(gone).to.have.length(4);
    expect(await retry(parked)).to.deep.equal({ applied: 0, failure: undefined });
    expect(await runner.target.parkedStreams()).to.deep.equal([]);
  });
});
