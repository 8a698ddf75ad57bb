import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { type RebuildOptions, rebuildView } from '../../cli/projections/rebuild.js';
import type { Stage } from '../../cli/projections/work.js';
import type { SqlView } from '../../cli/service/sql-views.js';
import { sqliteViewStorage } from '../../infra/sql/sqlite-view-storage.js';
import { findCopies } from '../../infra/sql/view-copies.js';
import { catchUp } from '../../projections/runner/catch-up.js';
import { runProjection } from '../../projections/runner/runner.js';
import {
  collectParked,
  type MemoryLog,
  memoryLog,
  plainStore,
  type SampleFile,
  type SampleHandle,
  sampleFile,
  sampleShapes,
  sampleView,
} from './fixture.js';

describe('rebuilding a view', () => {
  const poison = new Set<string>();
  let files: SampleFile;
  let log: MemoryLog;
  let live: SampleHandle;
  let stop: AbortController;

  beforeEach(async () => {
    poison.clear();
    files = sampleFile();
    log = memoryLog();
    live = await files.open(sampleView(poison));
    stop = new AbortController();
  });

  afterEach(async () => {
    stop.abort();
    await files.close();
  });

  const rebuild = (options: Partial<RebuildOptions> = {}, version = 1) =>
    rebuildView({
      sqlView: {
        view: sampleView(poison, version) as unknown as SqlView['view'],
        shapes: sampleShapes,
        storage: () => sqliteViewStorage(files.file),
      },
      storage: sqliteViewStorage(files.file),
      log,
      store: plainStore,
      sleep: async (ms) => {
        await wait(ms);
      },
      signal: stop.signal,
      onParked: () => {},
      onProgress: () => {},
      onStage: () => {},
      token: 'ab12',
      keepOld: false,
      graceMs: 0,
      acceptParked: false,
      ...options,
    });

  function addEvents(count: number): void {
    for (let i = 0; i < count; i++) log.add(`s-${i % 3}`, 'Added', { amount: 1 });
  }

  /** Brings the live view to a position, as its runner would. */
  const applyLive = (upTo = BigInt(log.events.length - 1)) =>
    catchUp({
      view: sampleView(poison),
      target: live.target,
      log,
      store: plainStore,
      onParked: () => {},
      upTo,
      signal: stop.signal,
    });

  const copies = () => findCopies(live.db, ['totals']);

  it('replaces wrong rows, says that they were wrong, and stops at the checkpoint of the live view', async () => {
    addEvents(30);
    await applyLive(20n);
    await live.db.updateTable('totals').set({ amount: 99 }).where('stream', '=', 's-1').execute();
    const rebuilt = await rebuild();
    if (rebuilt.status !== 'OK') throw new Error(rebuilt.status);
    expect(rebuilt.comparison).to.deep.include({ equal: false, position: 20n, tables: ['totals'] });
    expect(rebuilt.checkpoint).to.equal(20n);
    expect(await live.totals()).to.deep.equal({ 's-0': 7, 's-1': 7, 's-2': 7 });
    expect(await live.target.checkpoint()).to.equal(20n);
    expect(await copies()).to.deep.equal([]);
  });

  it('builds a view that was never built', async () => {
    addEvents(3);
    const rebuilt = await rebuild();
    expect(rebuilt).to.deep.equal({ status: 'OK', checkpoint: 2n, parked: [], comparison: undefined });
    expect(await live.totals()).to.deep.equal({ 's-0': 1, 's-1': 1, 's-2': 1 });
  });

  it('builds another version without comparing it', async () => {
    addEvents(3);
    await applyLive();
    addEvents(3);
    expect(await rebuild({}, 2)).to.deep.equal({ status: 'OK', checkpoint: 5n, parked: [], comparison: undefined });
    expect(await live.db.selectFrom('checkpoints').selectAll().execute()).to.deep.equal([
      { view: 'sample', version: 2, position: '5' },
    ]);
  });

  it('loses nothing while a projection is at work', async () => {
    addEvents(1_000);
    let passed = -1n;
    const failures: unknown[] = [];
    const running = runProjection({
      view: sampleView(poison),
      target: live.target,
      log,
      store: plainStore,
      events: {
        parked: (_view, parked) => failures.push(parked),
        failed: (_view, error) => failures.push(error),
        passed: (_view, position) => {
          passed = position;
        },
      },
      sleep: async (ms) => {
        await wait(ms);
      },
      signal: stop.signal,
    });
    let rebuilding = true;
    const adding = (async () => {
      while (rebuilding) {
        addEvents(6);
        await turn();
      }
    })();
    for (const token of ['01', '02', '03']) expect(await rebuild({ token })).to.include({ status: 'OK' });
    rebuilding = false;
    await adding;
    addEvents(3 - (log.events.length % 3));
    const last = BigInt(log.events.length - 1);
    while (passed < last) await turn();
    stop.abort();
    await running;
    expect(failures).to.deep.equal([]);
    const sums: Record<string, number> = {};
    for (const { stream } of log.events) sums[stream] = (sums[stream] ?? 0) + 1;
    expect(await live.totals()).to.deep.equal(sums);
    expect(await live.target.checkpoint()).to.equal(last);
  });

  it('does not switch if streams would be parked that the live view has; the live view stays as it was', async () => {
    addEvents(9);
    await applyLive();
    poison.add('s-1');
    const { parked, onParked } = collectParked();
    const rebuilt = await rebuild({ onParked });
    if (rebuilt.status !== 'PARKED') throw new Error(rebuilt.status);
    expect(rebuilt.parked.map(({ stream }) => stream)).to.deep.equal(['s-1']);
    expect(parked.map(({ stream }) => stream)).to.deep.equal(['s-1']);
    expect(await live.totals()).to.deep.equal({ 's-0': 3, 's-1': 3, 's-2': 3 });
    expect(await live.target.parkedStreams()).to.deep.equal([]);
    expect(await copies()).to.deep.equal([]);
  });

  it('switches all the same if told so', async () => {
    addEvents(9);
    await applyLive();
    poison.add('s-1');
    expect((await rebuild({ acceptParked: true })).status).to.equal('OK');
    expect(await live.totals()).to.deep.equal({ 's-0': 3, 's-2': 3 });
    expect((await live.target.parkedStreams()).map(({ stream }) => stream)).to.deep.equal(['s-1']);
  });

  it('heals streams that the live view has parked', async () => {
    poison.add('s-1');
    addEvents(9);
    await applyLive();
    poison.clear();
    expect((await rebuild()).status).to.equal('OK');
    expect(await live.totals()).to.deep.equal({ 's-0': 3, 's-1': 3, 's-2': 3 });
    expect(await live.target.parkedStreams()).to.deep.equal([]);
  });

  it('what was live is there for the grace time, and a signal ends that early', async () => {
    addEvents(3);
    await applyLive();
    const stages: Stage[] = [];
    const seen: unknown[] = [];
    const rebuilt = await rebuild({
      graceMs: 3_600_000,
      onStage: (stage) => stages.push(stage),
      async sleep(ms) {
        await wait(ms);
        if (stages.at(-1)?.kind !== 'grace' || stop.signal.aborted) return;
        seen.push(await copies(), await rebuild({ token: 'cd34' }));
        stop.abort();
      },
    });
    expect(rebuilt.status).to.equal('OK');
    expect(seen).to.deep.equal([[{ name: 'totals__drop_ab12', kind: 'drop' }], { status: 'UNDER_WAY' }]);
    expect(stages).to.deep.equal([{ kind: 'comparing' }, { kind: 'grace', ms: 3_600_000 }]);
    expect(await copies()).to.deep.equal([]);
  });

  it('two at once: the second one is told, and the first one is not disturbed', async () => {
    addEvents(3);
    await applyLive();
    const end = await sqliteViewStorage(files.file).beginRebuild();
    expect(await rebuild()).to.deep.equal({ status: 'UNDER_WAY' });
    await end?.();
    expect((await rebuild()).status).to.equal('OK');
  });

  it('stopped half-way it leaves the live view as it was, and no copy', async () => {
    addEvents(1_000);
    await applyLive();
    const before = await live.totals();
    const failure = await rebuild({ onProgress: () => stop.abort(new Error('enough')) }).catch(
      (error: Error) => error.message,
    );
    expect(failure).to.equal('enough');
    expect(await live.totals()).to.deep.equal(before);
    expect(await copies()).to.deep.equal([]);
    expect(await live.db.selectFrom('checkpoints').select('view').execute()).to.deep.equal([{ view: 'sample' }]);
    stop = new AbortController();
    expect((await rebuild({ token: 'cd34' })).status).to.equal('OK');
  });
});
