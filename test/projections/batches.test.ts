import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { CaughtUp, RecordedEvent } from '../../infra/ports/event-log.js';
import { type Batch, batches } from '../../projections/runner/batches.js';
import { memoryLog } from './fixture.js';

const after = -1n;

describe('batches', () => {
  let stop: AbortController;

  beforeEach(() => {
    stop = new AbortController();
  });

  afterEach(() => stop.abort());

  const sizes = (all: readonly Batch[]) => all.map(({ events }) => events.length);

  async function take(feed: AsyncIterable<Batch>, upTo: bigint): Promise<Batch[]> {
    const taken: Batch[] = [];
    for await (const batch of feed) {
      taken.push(batch);
      if (batch.upTo >= upTo) break;
    }
    return taken;
  }

  it('gathers what comes while a batch is being handled, in order', async () => {
    const log = memoryLog();
    log.add('s-1', 'Added');
    const feed = batches((signal) => log.subscribe({ after, signal }), 10, stop.signal);
    expect((await feed.next()).value.events.map((event: RecordedEvent) => event.position)).to.deep.equal([0n]);
    log.add('s-1', 'Added');
    log.add('s-1', 'Added');
    await turn();
    const rest = await take(feed, 2n);
    expect(rest.flatMap(({ events }) => events.map(({ position }) => position))).to.deep.equal([1n, 2n]);
  });

  it('never holds more than the greatest batch, and reads at most one batch ahead', async () => {
    const log = memoryLog();
    for (let i = 0; i < 25; i++) log.add('s-1', 'Added');
    let read = 0;
    async function* counted(signal: AbortSignal): AsyncGenerator<RecordedEvent | CaughtUp> {
      for await (const item of log.subscribe({ after, signal })) {
        if (!('caughtUp' in item)) read++;
        yield item;
      }
    }
    const feed = batches(counted, 10, stop.signal);
    const first: Batch = (await feed.next()).value;
    for (let i = 0; i < 5; i++) await turn();
    expect(read).to.equal(first.events.length + 10);
    expect(sizes(await take(feed, 24n)).every((size) => size <= 10)).to.equal(true);
  });

  it('hands on where the end of the log is, without events', async () => {
    const log = memoryLog();
    const feed = batches((signal) => log.subscribe({ after: 7n, signal }), 10, stop.signal);
    expect((await feed.next()).value).to.deep.equal({ events: [], upTo: 7n });
  });

  it('ends when the signal aborts while it waits', async () => {
    const log = memoryLog();
    const feed = batches((signal) => log.subscribe({ after, signal }), 10, stop.signal);
    await feed.next();
    const waiting = feed.next();
    stop.abort();
    expect((await waiting).done).to.equal(true);
    expect(log.open).to.equal(0);
  });

  it('ends at once under a signal that has aborted before', async () => {
    const log = memoryLog();
    stop.abort();
    expect((await batches((signal) => log.subscribe({ after, signal }), 10, stop.signal).next()).done).to.equal(true);
  });

  it('closes the feed when its reader stops or fails, even if nothing more comes', async () => {
    const log = memoryLog();
    log.add('s-1', 'Added');
    const read = async () => {
      for await (const _batch of batches((signal) => log.subscribe({ after, signal }), 10, stop.signal))
        throw new Error('the reader failed');
    };
    const failure = await read().catch((error: Error) => error.message);
    expect(failure).to.equal('the reader failed');
    expect(log.open).to.equal(0);
  });

  it('throws what the feed throws, after everything that came before', async () => {
    const log = memoryLog();
    const event = log.add('s-1', 'Added');
    async function* failing(): AsyncGenerator<RecordedEvent> {
      yield event;
      throw new Error('the log is broken');
    }
    const feed = batches(failing, 10, stop.signal);
    expect((await feed.next()).value).to.deep.equal({ events: [event], upTo: 0n });
    expect(await feed.next().catch((error: Error) => error.message)).to.equal('the log is broken');
  });

  it('does not throw what a feed throws because it was closed', async () => {
    async function* failing(signal: AbortSignal): AsyncGenerator<RecordedEvent | CaughtUp> {
      yield { caughtUp: true, position: 0n };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('closed');
    }
    const feed = batches(failing, 10, stop.signal);
    await feed.next();
    const waiting = feed.next();
    stop.abort();
    expect((await waiting).done).to.equal(true);
  });
});
