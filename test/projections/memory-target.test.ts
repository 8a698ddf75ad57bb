import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { BEGINNING } from '../../infra/ports/event-log.js';
import { memoryTarget } from '../../projections/runner/memory-target.js';
import { runProjection } from '../../projections/runner/runner.js';
import type { ParkedStream, View } from '../../projections/runner/view.js';
import { memoryLog, plainStore } from './fixture.js';

type Rows = string[];

const view: View<Rows> = {
  name: 'rows',
  version: 1,
  streamPrefixes: ['s-'],
  handlers: new Map([
    [
      'Added',
      (rows, event) => {
        if (event.stream === 's-bad') throw new Error('no');
        rows.push(`${event.stream} ${event.position}`);
      },
    ],
  ]),
};

describe('a view in memory', () => {
  /** Applies a log to the view until its end, and stops. */
  async function followed(
    options: Parameters<typeof memoryTarget>[2],
    add: (log: ReturnType<typeof memoryLog>) => void,
  ) {
    const log = memoryLog();
    add(log);
    const rows: Rows = [];
    const parked: ParkedStream[] = [];
    const target = memoryTarget(rows, () => false, options);
    const stop = new AbortController();
    const end = BigInt(log.events.length - 1);
    let passed = -2n;
    const running = runProjection({
      ...{ view, target, log, store: plainStore, signal: stop.signal },
      events: {
        parked: (_view, stream) => parked.push(stream),
        failed: (_view, error) => {
          throw error;
        },
        passed: (_view, position) => {
          passed = position;
        },
      },
      sleep: () => nextTurn(),
    });
    while (passed < end) await nextTurn();
    stop.abort();
    await running;
    return { rows, parked, target };
  }

  it('begins with the log', async () => {
    const { rows, target } = await followed({}, (log) => {
      log.add('s-1', 'Added');
      log.add('s-2', 'Added');
    });
    expect(rows).to.deep.equal(['s-1 0', 's-2 1']);
    expect(await target.checkpoint()).to.equal(1n);
  });

  it('begins after the position that it is told', async () => {
    const target = memoryTarget([], () => false, { from: 5n });
    expect(await target.checkpoint()).to.equal(5n);
    expect(await target.transaction(({ standing }) => standing())).to.deep.equal({ checkpoint: 5n, parked: new Set() });
    const { rows } = await followed({ from: 0n }, (log) => {
      log.add('s-1', 'Added');
      log.add('s-2', 'Added');
    });
    expect(rows).to.deep.equal(['s-2 1']);
  });

  it('begins before the first event by default', async () => {
    expect(await memoryTarget([], () => false).checkpoint()).to.equal(BEGINNING);
  });

  it('tells after events were applied, up to where', async () => {
    const moves: [bigint, number][] = [];
    const seen: Rows = [];
    const target = memoryTarget(seen, () => false, { onMoved: (position) => moves.push([position, seen.length]) });
    await target.transaction(async ({ tx, step, saveCheckpoint }) => {
      await step(() => {
        tx.push('a row');
      });
      expect(moves).to.deep.equal([]);
      await saveCheckpoint(3n);
    });
    expect(moves).to.deep.equal([[3n, 1]]);
  });

  it('does not tell when the log goes on without an event for it', async () => {
    const moves: bigint[] = [];
    await followed({ from: 0n, onMoved: (position) => moves.push(position) }, (log) => log.add('s-1', 'Added'));
    expect(moves).to.deep.equal([]);
  });

  it('parks the stream of an event that it can not handle, and goes on with the others', async () => {
    const { rows, parked, target } = await followed({}, (log) => {
      log.add('s-bad', 'Added');
      log.add('s-1', 'Added');
      log.add('s-bad', 'Added');
    });
    expect(rows).to.deep.equal(['s-1 1']);
    const expected = [{ stream: 's-bad', position: 0n, eventType: 'Added', error: 'Error: no' }];
    expect(parked).to.deep.equal(expected);
    expect(await target.parkedStreams()).to.deep.equal(expected);
    await target.transaction(({ unpark }) => unpark('s-bad'));
    expect(await target.parkedStreams()).to.deep.equal([]);
  });
});
