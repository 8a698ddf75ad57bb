import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import type { Transaction } from 'kysely';
import { BEGINNING } from '../../infra/ports/event-log.js';
import { type RunnerEvents, runProjection } from '../../projections/runner/runner.js';
import { type ParkedStream, ViewReplacedError, type ViewTarget } from '../../projections/runner/view.js';
import {
  type MemoryLog,
  memoryLog,
  type Poison,
  plainStore,
  type SampleFile,
  type SampleHandle,
  type SampleTables,
  sampleFile,
  sampleView,
} from './fixture.js';

const turn = (): Promise<void> => nextTurn();

type Target = ViewTarget<Transaction<SampleTables>>;

describe('the projection runner', () => {
  let files: SampleFile;
  let log: MemoryLog;
  let stop: AbortController;
  let poison: Poison;
  let handle: SampleHandle;
  let parked: ParkedStream[];
  let failures: { error: unknown; delay: number }[];
  let running: Promise<void>[];
  let passed: bigint;

  beforeEach(async () => {
    files = sampleFile();
    log = memoryLog();
    stop = new AbortController();
    poison = new Set();
    handle = await files.open(sampleView(poison));
    parked = [];
    failures = [];
    running = [];
    passed = -2n;
  });

  afterEach(async () => {
    stop.abort();
    await Promise.all(running);
    await files.close();
  });

  const events: RunnerEvents = {
    parked: (_view, stream) => parked.push(stream),
    failed: (_view, error, delay) => failures.push({ error, delay }),
    passed: (_view, position) => {
      passed = position;
    },
  };

  function start(target: Target = handle.target, sleep: () => Promise<void> = turn): void {
    const view = sampleView(poison);
    running.push(runProjection({ view, target, log, store: plainStore, events, sleep, signal: stop.signal }));
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await turn();
  }

  const caughtUp = () => until(() => passed === BigInt(log.events.length - 1));

  /** A target that fails in a way of its own at the first checkpoints. */
  function failingAtCheckpoint(times: number, isFault: boolean): Target {
    let left = times;
    const real = handle.target;
    return {
      ...real,
      isFault: () => isFault,
      transaction: (run) =>
        real.transaction((transaction) =>
          run({
            ...transaction,
            saveCheckpoint: async (position) => {
              if (left-- > 0) throw new Error('the disk is full');
              await transaction.saveCheckpoint(position);
            },
          }),
        ),
    };
  }

  it('applies what is there and what comes, and tells how far it has come', async () => {
    log.add('s-1', 'Added', { amount: 2 });
    start();
    await caughtUp();
    log.add('s-1', 'Added', { amount: 3 });
    log.add('s-2', 'Added', { amount: 1 });
    await caughtUp();
    expect(await handle.totals()).to.deep.equal({ 's-1': 5, 's-2': 1 });
    expect(await handle.target.checkpoint()).to.equal(2n);
  });

  it('goes on from the stored checkpoint after a restart', async () => {
    log.add('s-1', 'Added', { amount: 2 });
    start();
    await caughtUp();
    stop.abort();
    await Promise.all(running);
    await handle.db.deleteFrom('totals').execute();
    log.add('s-1', 'Added', { amount: 3 });
    stop = new AbortController();
    start();
    await caughtUp();
    expect(await handle.totals()).to.deep.equal({ 's-1': 3 });
  });

  it('rows and checkpoint change together: a failure before the checkpoint leaves no rows', async () => {
    log.add('s-1', 'Added', { amount: 2 });
    const rowsAtFailure: Promise<unknown>[] = [];
    start(failingAtCheckpoint(2, true), async () => {
      rowsAtFailure.push(handle.totals(), handle.target.checkpoint());
      await Promise.all(rowsAtFailure);
    });
    await caughtUp();
    expect(await Promise.all(rowsAtFailure)).to.deep.equal([{}, BEGINNING, {}, BEGINNING]);
    expect(failures).to.have.length(2);
    expect(await handle.totals()).to.deep.equal({ 's-1': 2 });
  });

  it('a fault of the storage parks nothing; it is retried with a growing delay that starts anew after success', async () => {
    for (let i = 0; i < 3; i++) log.add('s-1', 'Added', { amount: 1 });
    start(failingAtCheckpoint(3, true));
    await caughtUp();
    expect(failures.map(({ delay }) => delay)).to.deep.equal([50, 100, 200]);
    expect(parked).to.deep.equal([]);
    log.hangUp();
    await until(() => failures.length === 4);
    expect(failures.at(-1)?.delay).to.equal(50);
  });

  it('delivering events again changes nothing', async () => {
    for (let i = 0; i < 3; i++) log.add('s-1', 'Added', { amount: 1 });
    start();
    await caughtUp();
    stop.abort();
    await Promise.all(running);
    await handle.db.updateTable('checkpoints').set({ position: '0' }).execute();
    stop = new AbortController();
    passed = -2n;
    start();
    await caughtUp();
    expect(await handle.totals()).to.deep.equal({ 's-1': 3 });
  });

  it('parks a stream whose event fails, undoing that event alone; the others go on', async () => {
    poison.add('s-bad');
    log.add('s-1', 'Added', { amount: 1 });
    log.add('s-bad', 'Added', { amount: 1 });
    log.add('s-1', 'Added', { amount: 1 });
    log.add('s-bad', 'Added', { amount: 1 });
    start();
    await caughtUp();
    log.add('s-bad', 'Added', { amount: 1 });
    log.add('s-2', 'Added', { amount: 7 });
    await caughtUp();
    expect(await handle.totals()).to.deep.equal({ 's-1': 2, 's-2': 7 });
    const expected = { stream: 's-bad', position: 1n, eventType: 'Added', error: "Error: can't handle Added" };
    expect(parked).to.deep.equal([expected]);
    expect(await handle.target.parkedStreams()).to.deep.equal([expected]);
  });

  it('parks a stream with an event that nobody can read', async () => {
    log.add('s-odd', 'Unreadable');
    log.add('s-1', 'Added', { amount: 1 });
    start();
    await caughtUp();
    expect(await handle.totals()).to.deep.equal({ 's-1': 1 });
    expect(parked.map(({ stream }) => stream)).to.deep.equal(['s-odd']);
  });

  it('what is noted of a failure never quotes the text of an event', async () => {
    log.events.push({
      ...log.add('s-1', 'Added', { amount: 1 }),
      position: 1n,
      revision: 1,
      data: '{"email":"ann@example.org',
    });
    start();
    await caughtUp();
    expect(parked.map(({ error }) => error)).to.deep.equal(['SyntaxError']);
  });

  it('remembers parked streams across a restart', async () => {
    poison.add('s-bad');
    log.add('s-bad', 'Added', { amount: 1 });
    start();
    await caughtUp();
    stop.abort();
    await Promise.all(running);
    poison.clear();
    log.add('s-bad', 'Added', { amount: 1 });
    stop = new AbortController();
    start();
    await caughtUp();
    expect(await handle.totals()).to.deep.equal({});
  });

  it('backs off when the log stops feeding it, instead of spinning', async () => {
    start();
    await until(() => log.open === 1);
    log.hangUp();
    await until(() => failures.length === 1);
    await until(() => log.open === 1);
    log.add('s-1', 'Added', { amount: 1 });
    await caughtUp();
    expect(await handle.totals()).to.deep.equal({ 's-1': 1 });
  });

  it('leaves no subscription behind after failures', async () => {
    log.add('s-1', 'Added', { amount: 1 });
    start(failingAtCheckpoint(5, true));
    await caughtUp();
    expect(failures).to.have.length(5);
    expect(log.open).to.equal(1);
  });

  it('stops while it waits for events', async () => {
    start();
    await until(() => log.open === 1);
    stop.abort();
    await Promise.all(running);
    expect(log.open).to.equal(0);
  });

  it('stops while it waits for the next try', async () => {
    log.add('s-1', 'Added', { amount: 1 });
    start(failingAtCheckpoint(1, true), () => new Promise(() => {}));
    await until(() => failures.length === 1);
    stop.abort();
    await Promise.all(running);
  });

  it('lets the checkpoint follow a long stretch of events that it does not read', async () => {
    for (let i = 0; i < 3; i++) log.add('s-1', 'Added', { amount: 1 });
    const far = 500_000n;
    const silent: MemoryLog = {
      ...log,
      async *subscribe({ signal }) {
        yield { caughtUp: true, position: 90_000n };
        yield { caughtUp: true, position: far };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    };
    const view = sampleView(poison);
    running.push(
      runProjection({
        view,
        target: handle.target,
        log: silent,
        store: plainStore,
        events,
        sleep: turn,
        signal: stop.signal,
      }),
    );
    await until(() => passed === far);
    expect(await handle.target.checkpoint()).to.equal(far);
  });

  it('two processes that follow the log at once apply every event once', async () => {
    const other = await files.open(sampleView(poison));
    start();
    start(other.target);
    for (let i = 0; i < 200; i++) {
      log.add(`s-${i % 3}`, 'Added', { amount: 1 });
      if (i % 10 === 0) await turn();
    }
    await until(() => passed === 199n);
    expect(await handle.totals()).to.deep.equal({ 's-0': 67, 's-1': 67, 's-2': 66 });
    expect(failures).to.deep.equal([]);
  });

  it('writes nothing once the rows are of another version', async () => {
    log.add('s-1', 'Added', { amount: 1 });
    start();
    await caughtUp();
    await handle.db.updateTable('checkpoints').set({ version: 2 }).execute();
    let tries = 0;
    log.add('s-1', 'Added', { amount: 1 });
    await until(() => failures.length > 0 && tries++ > 3);
    expect(failures[0]?.error).to.be.instanceOf(ViewReplacedError);
    expect(await handle.totals()).to.deep.equal({ 's-1': 1 });
    expect(await handle.db.selectFrom('checkpoints').select('version').execute()).to.deep.equal([{ version: 2 }]);
  });
});
