import { expect } from 'chai';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type FoldedStream, forgetSubjects, unitOfWork } from '../../command-service/unit-of-work.js';
import { type Aggregate, defineEvent, type EventOf, type StreamId } from '../../domain/event.js';
import { ContentionError } from '../../infra/ports/contention.js';
import {
  type AppendResult,
  type Expected,
  type NewRecord,
  OutcomeUnknownError,
  type StreamCheck,
} from '../../infra/ports/event-log.js';
import type { EventStore, StoredEvent } from '../../infra/ports/event-store.js';
import { StoreUnavailableError } from '../../infra/ports/store-unavailable.js';

const Counted = defineEvent('Counted', { by: z.number() });
type Counted = EventOf<typeof Counted>;

const Counter: Aggregate<number, Counted> = {
  category: 'counter',
  events: [Counted],
  initial: 0,
  evolve: (state, event) => state + event.data.by,
  subject: () => undefined,
};

const counter = (name: string): StreamId => ({ category: 'counter', path: [name] });

/** A store in memory that does what the log's contract says, and what a test tells it to do before an append. */
function memoryStore() {
  const streams = new Map<string, StoredEvent[]>();
  const appended: { readonly records: readonly NewRecord[]; readonly checks: readonly StreamCheck[] }[] = [];
  let reads = 0;
  let interference: (() => void)[] = [];
  let position = 0n;
  const state = (stream: string): Expected => {
    const length = streams.get(stream)?.length ?? 0;
    return length === 0 ? 'no-stream' : length - 1;
  };
  const write = (stream: string, by: number, id: string) => {
    const events = streams.get(stream) ?? [];
    position++;
    const base = { metadata: {}, recordedAt: 0, erased: false, type: 'Counted', data: { by } };
    events.push({ ...base, id, stream, revision: events.length, position });
    streams.set(stream, events);
  };
  const store: EventStore = {
    streamName: (id) => `${id.category}-${id.path.join('.')}`,
    encode: async (events) =>
      events.map((event, i) => ({
        stream: store.streamName(event.stream),
        id: `id-${appended.length}-${i}`,
        type: event.event.type,
        data: JSON.stringify(event.event.data),
        metadata: {},
      })),
    async append(records, checks): Promise<AppendResult> {
      appended.push({ records, checks });
      interference.shift()?.();
      const violations = checks
        .map((check) => ({ ...check, actual: state(check.stream) }))
        .filter((check) => check.actual !== check.expected);
      if (violations.length > 0) return { ok: false, violations };
      for (const record of records) write(record.stream, JSON.parse(record.data).by, record.id);
      const revisions = new Map(records.map((record) => [record.stream, Number(state(record.stream))]));
      return { ok: true, position, revisions };
    },
    streamState: async (stream) => state(stream),
    async readStream(stream) {
      reads++;
      return streams.get(stream);
    },
    readAll: async () => [],
    decode: async () => [],
    forget: () => undefined,
  };
  return {
    store,
    appended,
    write,
    reads: () => reads,
    /** Runs one step before each of the next appends. */
    before: (...steps: (() => void)[]) => {
      interference = steps;
    },
  };
}

function setUp() {
  const memory = memoryStore();
  const cache = new LRUCache<string, FoldedStream>({ max: 100 });
  const sleeps: number[] = [];
  let time = 0;
  const run = unitOfWork({
    store: memory.store,
    cache,
    random: () => 0.5,
    sleep: async (ms) => {
      sleeps.push(ms);
      time += ms;
    },
    clock: () => time,
  });
  return { ...memory, cache, run, sleeps };
}

describe('unit of work', () => {
  it('appends on condition that every stream it read is still as it was, also those it does not write', async () => {
    const { run, write, appended } = setUp();
    write('counter-a', 1, 'x');
    await run({}, async (tx) => {
      await tx.load(Counter, counter('a'));
      await tx.load(Counter, counter('b'));
      tx.append(Counter, counter('b'), [Counted({ by: 1 })]);
    });
    expect(appended[0]?.checks).to.deep.equal([
      { stream: 'counter-a', expected: 0 },
      { stream: 'counter-b', expected: 'no-stream' },
    ]);
    expect(appended[0]?.records.map((record) => record.stream)).to.deep.equal(['counter-b']);
  });

  it('runs again from the log when a stream has changed, and commits once', async () => {
    const { run, write, before, appended, sleeps } = setUp();
    before(() => write('counter-a', 10, 'other'));
    const seen: number[] = [];
    const done = await run({}, async (tx) => {
      const value = await tx.load(Counter, counter('a'));
      seen.push(value);
      tx.append(Counter, counter('a'), [Counted({ by: 1 })]);
      return value;
    });
    expect(seen).to.deep.equal([0, 10]);
    expect(done.result).to.equal(10);
    expect(appended).to.have.length(2);
    expect(sleeps).to.have.length(1);
  });

  it('gives up after a bounded number of attempts', async () => {
    const { run, write, before } = setUp();
    before(...Array.from({ length: 100 }, (_, i) => () => write('counter-a', 1, `other-${i}`)));
    const endless = run({}, async (tx) => {
      await tx.load(Counter, counter('a'));
      tx.append(Counter, counter('a'), [Counted({ by: 1 })]);
    });
    expect(await endless.catch((error: unknown) => error)).to.be.instanceOf(ContentionError);
  });

  it('serves the next command from the cache', async () => {
    const { run, reads } = setUp();
    const add = () =>
      run({}, async (tx) => {
        const value = await tx.load(Counter, counter('a'));
        tx.append(Counter, counter('a'), [Counted({ by: 1 })]);
        return value;
      });
    await add();
    const before = reads();
    const second = await add();
    expect(second.result).to.equal(1);
    expect(reads()).to.equal(before);
  });

  it('believes a rejection from cached state only when the log confirms it', async () => {
    const { run, write, cache } = setUp();
    write('counter-a', 1, 'x');
    cache.set('counter-a', { state: 99, revision: 7, subject: undefined });
    const done = await run({}, async (tx) => ((await tx.load(Counter, counter('a'))) > 50 ? 'too much' : 'fine'));
    expect(done.result).to.equal('fine');
    expect(done.position).to.equal(undefined);
  });

  it('runs again when a body failed over streams that changed while it read them', async () => {
    const { run, write } = setUp();
    const both = (id: string) => {
      for (const name of ['a', 'b']) write(`counter-${name}`, 1, `${id}-${name}`);
    };
    both('first');
    let runs = 0;
    const done = await run({}, async (tx) => {
      runs++;
      const a = await tx.load(Counter, counter('a'));
      if (runs === 1) both('second');
      const b = await tx.load(Counter, counter('b'));
      if (a !== b) throw new Error(`${a} is not ${b}`);
      return a;
    });
    expect([done.result, runs]).to.deep.equal([2, 2]);
  });

  it('tells the fault of a body at once when all that it read is still so', async () => {
    const { run, write } = setUp();
    write('counter-a', 1, 'x');
    let runs = 0;
    const failed = run({}, async (tx) => {
      runs++;
      throw new Error(`read ${await tx.load(Counter, counter('a'))}`);
    });
    expect(await failed.catch((error: Error) => error.message)).to.equal('read 1');
    expect(runs).to.equal(1);
  });

  it('tells the fault of a body when the log can not say whether it was one', async () => {
    const { run, store } = setUp();
    store.streamState = () => Promise.reject(new StoreUnavailableError('away'));
    const failed = run({}, async (tx) => {
      await tx.load(Counter, counter('a'));
      throw new Error('the fault');
    });
    expect(await failed.catch((error: Error) => error.message)).to.equal('the fault');
  });

  it('does not ask the log again for a rejection that was decided from the log', async () => {
    const { run, reads } = setUp();
    await run({}, async (tx) => tx.load(Counter, counter('a')));
    expect(reads()).to.equal(1);
  });

  it('takes a stream of its own making to be empty, and notices when it is not', async () => {
    const { run, write, reads, appended } = setUp();
    write('counter-new', 5, 'x');
    const done = await run({}, async (tx) => {
      const value = await tx.create(Counter, counter('new'));
      tx.append(Counter, counter('new'), [Counted({ by: 1 })]);
      return value;
    });
    expect(done.result).to.equal(5);
    expect(reads()).to.equal(1);
    expect(appended).to.have.length(2);
  });

  it('retries an append of unknown outcome with the same event ids and the same checks', async () => {
    const { run, before, appended } = setUp();
    before(() => {
      throw new OutcomeUnknownError('timed out');
    });
    await run({}, async (tx) => {
      await tx.load(Counter, counter('a'));
      tx.append(Counter, counter('a'), [Counted({ by: 1 })]);
    });
    expect(appended).to.have.length(2);
    expect(appended[1]?.records).to.equal(appended[0]?.records);
    expect(appended[1]?.checks).to.equal(appended[0]?.checks);
  });

  for (const [what, failure] of [
    ['of unknown outcome', () => new OutcomeUnknownError('timed out')],
    ['that found no log', () => new StoreUnavailableError('no leader')],
  ] as const)
    it(`goes on retrying an append ${what} for as long as an election may take, and not for ever`, async () => {
      const { run, before, appended, sleeps } = setUp();
      before(
        ...Array.from({ length: 1_000 }, () => () => {
          throw failure();
        }),
      );
      const given = await run({}, async (tx) => {
        await tx.load(Counter, counter('a'));
        tx.append(Counter, counter('a'), [Counted({ by: 1 })]);
      }).catch((error: unknown) => error);
      expect(given).to.be.instanceOf(failure().constructor);
      expect(new Set(appended.map(({ records }) => records)).size).to.equal(1);
      const waited = sleeps.reduce((sum, ms) => sum + ms, 0);
      expect(waited).to.be.within(8_000, 10_000);
      expect(Math.max(...sleeps)).to.be.at.most(1_000);
    });

  it('leaves nothing in the cache when the append fails', async () => {
    const { run, before, cache } = setUp();
    before(() => {
      throw new Error('disk full');
    });
    const failing = run({}, async (tx) => {
      await tx.load(Counter, counter('a'));
      tx.append(Counter, counter('a'), [Counted({ by: 1 })]);
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal('disk full');
    expect(cache.get('counter-a')).to.equal(undefined);
  });

  it('forgets the folded streams of erased subjects, and no others', () => {
    const cache = new LRUCache<string, FoldedStream>({ max: 10 });
    cache.set('user-1', { state: {}, revision: 0, subject: 'user:public:1' });
    cache.set('session-1', { state: {}, revision: 0, subject: 'user:public:1' });
    cache.set('user-2', { state: {}, revision: 0, subject: 'user:public:2' });
    cache.set('app-public', { state: {}, revision: 0, subject: undefined });
    forgetSubjects(cache, (subject) => subject === 'user:public:1');
    expect([...cache.keys()].sort()).to.deep.equal(['app-public', 'user-2']);
  });

  it('what was being read while somebody was erased is not kept', async () => {
    const { run, cache, store, write } = setUp();
    write('counter-a', 1, 'e1');
    const readStream = store.readStream;
    store.readStream = async (stream) => {
      const events = await readStream(stream);
      forgetSubjects(cache, () => true);
      return events;
    };
    expect((await run({}, (tx) => tx.load(Counter, counter('a')))).result).to.equal(1);
    expect([...cache.keys()]).to.deep.equal([]);
    store.readStream = readStream;
    await run({}, (tx) => tx.load(Counter, counter('a')));
    expect([...cache.keys()]).to.deep.equal(['counter-a']);
  });

  it('a body sees its own events', async () => {
    const { run } = setUp();
    const done = await run({}, async (tx) => {
      await tx.load(Counter, counter('a'));
      tx.append(Counter, counter('a'), [Counted({ by: 3 })]);
      return tx.load(Counter, counter('a'));
    });
    expect(done.result).to.equal(3);
  });
});
