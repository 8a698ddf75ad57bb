import { expect } from 'chai';
import { openKurrentEventLog } from '../../../infra/kurrentdb/event-log.js';
import {
  type CaughtUp,
  type EventLog,
  OutcomeUnknownError,
  type RecordedEvent,
} from '../../../infra/ports/event-log.js';
import { type RunningDouble, runDouble } from '../../support/kurrentdb-double/process.js';
import {
  follow,
  freshCategory,
  freshStream,
  idsOf,
  isEvent,
  record,
  records,
  rejectionOf,
  written,
} from './fixture.js';

/** More than the client has in its buffers. */
const MANY = 60;

describe('KurrentDB event log as a feed', () => {
  let double: RunningDouble;
  let log: EventLog;
  let drops: unknown[];

  before(async () => {
    double = await runDouble();
  });
  after(() => double.stop());
  beforeEach(async () => {
    drops = [];
    log = await openKurrentEventLog({ url: double.url, onDrop: (cause) => drops.push(cause) });
  });
  afterEach(async () => {
    await double.heal();
    await log.close();
  });

  const enough = (count: number) => (seen: readonly (RecordedEvent | CaughtUp)[]) =>
    seen.filter(isEvent).length >= count;

  it('tells that it has caught up only after everything that came before was handled', async () => {
    const category = freshCategory();
    const after = await log.head();
    const news = records(freshStream(category), MANY);
    const { position } = await written(log, news);
    const filter = { streamPrefixes: [`${category}-`] };
    const seen = await follow(log, { after, filter }, (items) => items.some((item) => !isEvent(item)));
    expect(idsOf(seen.slice(0, MANY).filter(isEvent))).to.deep.equal(idsOf(news));
    expect(seen[MANY]).to.deep.equal({ caughtUp: true, position });
  });

  it('sees each event once and in order when the connection drops again and again', async () => {
    const category = freshCategory();
    const after = await log.head();
    const stream = freshStream(category);
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      const news = records(stream, MANY);
      await written(log, news);
      ids.push(...idsOf(news));
    }
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const item of log.subscribe({
      after,
      filter: { streamPrefixes: [`${category}-`] },
      signal: stop.signal,
    })) {
      if (!isEvent(item)) continue;
      seen.push(item.id);
      if (seen.length % 40 === 0) await double.tell({ drop: true });
      if (seen.length === ids.length) stop.abort();
    }
    expect(seen).to.deep.equal(ids);
    expect(drops.length).to.be.at.least(1);
  });

  it('loses nothing that is still buffered when it resumes after a checkpoint', async () => {
    const category = freshCategory();
    const after = await log.head();
    const wanted = freshStream(category);
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      const event = record(wanted);
      ids.push(event.id);
      await written(log, [event, ...records(freshStream(), 99)]);
    }
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const item of log.subscribe({
      after,
      filter: { streamPrefixes: [`${category}-`] },
      signal: stop.signal,
    })) {
      if (!isEvent(item)) continue;
      seen.push(item.id);
      await double.tell({ drop: true });
      if (seen.length === ids.length) stop.abort();
    }
    expect(seen).to.deep.equal(ids);
  });

  it('sees an event once that the server sends twice', async () => {
    const category = freshCategory();
    const after = await log.head();
    await double.tell({ faults: { duplicate: true } });
    const news = records(freshStream(category), MANY);
    await written(log, news);
    const filter = { streamPrefixes: [`${category}-`] };
    const seen = await follow(log, { after, filter }, (items) => items.some((item) => !isEvent(item)));
    expect(idsOf(seen.filter(isEvent))).to.deep.equal(idsOf(news));
  });

  it('slows the server down for a consumer that stands still', async () => {
    const category = freshCategory();
    const after = await log.head();
    const stream = freshStream(category);
    const data = JSON.stringify('x'.repeat(4_000));
    const total = 2_000;
    for (let n = 0; n < total; n += 100) {
      await written(
        log,
        Array.from({ length: 100 }, () => record(stream, { data })),
      );
    }
    const stop = new AbortController();
    const feed = log.subscribe({ after, filter: { streamPrefixes: [`${category}-`] }, signal: stop.signal });
    const iterator = feed[Symbol.asyncIterator]();
    await iterator.next();
    let sent = 0;
    for (let calm = 0; calm < 20; calm++) {
      const { sent: now } = await double.tell({});
      if (now !== sent) calm = 0;
      sent = now;
      await log.head();
    }
    expect(sent).to.be.below(total / 2);
    let handled = 1;
    while (handled < total) {
      const { value } = await iterator.next();
      if (value && isEvent(value)) handled++;
    }
    stop.abort();
  });

  it('moves on to a client that works when the server was frozen', async () => {
    await log.close();
    log = await openKurrentEventLog({ url: double.url, timeout: 1_500, onDrop: (cause) => drops.push(cause) });
    const category = freshCategory();
    const stream = freshStream(category);
    const after = await log.head();
    const [first, second] = [record(stream), record(stream)];
    await written(log, [first]);
    const steps: Promise<unknown>[] = [];
    const frozen = async () => {
      await double.tell({ freeze: true });
      expect(await rejectionOf(log.append([record(freshStream())], []))).to.be.instanceOf(OutcomeUnknownError);
      await double.tell({ freeze: false });
      const writer = await openKurrentEventLog({ url: double.url });
      await written(writer, [second]);
      await writer.close();
    };
    const seen = await follow(log, { after, filter: { streamPrefixes: [`${category}-`] } }, (items) => {
      if (steps.length === 0 && items.some((item) => !isEvent(item))) steps.push(frozen());
      return enough(2)(items);
    });
    await Promise.all(steps);
    expect(idsOf(seen.filter(isEvent))).to.deep.equal([first.id, second.id]);
  });

  it('goes on when the server was killed', async () => {
    const category = freshCategory();
    const stream = freshStream(category);
    const after = await log.head();
    const [first, second] = [record(stream), record(stream)];
    await written(log, [first]);
    const steps: Promise<unknown>[] = [];
    const killed = async () => {
      await double.kill();
      await double.restart();
      const writer = await openKurrentEventLog({ url: double.url });
      await written(writer, [second]);
      await writer.close();
    };
    const seen = await follow(log, { after, filter: { streamPrefixes: [`${category}-`] } }, (items) => {
      if (steps.length === 0) steps.push(killed());
      return enough(2)(items);
    });
    await Promise.all(steps);
    expect(idsOf(seen.filter(isEvent))).to.deep.equal([first.id, second.id]);
  });

  it('lets a view know how far the log is to the last event, though it reads none of them', async () => {
    const after = await log.head();
    const stop = new AbortController();
    const filter = { streamPrefixes: [`${freshCategory()}-`] };
    const writes: ReturnType<typeof written>[] = [];
    const positions: bigint[] = [];
    for await (const item of log.subscribe({ after, filter, signal: stop.signal })) {
      if (isEvent(item)) throw new Error('No event passes');
      positions.push(item.position);
      if (writes.length === 0) writes.push(written(log, records(freshStream(), 3)));
      else if (item.position >= ((await writes[0])?.position ?? after)) stop.abort();
    }
    expect(positions.at(-1)).to.equal((await writes[0])?.position);
  });

  it('refuses to follow events that share a position', async () => {
    const after = await log.head();
    await written(log, records(freshStream(), 3));
    await double.tell({ faults: { sharePositions: true } });
    expect((await rejectionOf(follow(log, { after }, enough(3)))).message).to.match(/no position of its own/);
    expect((await rejectionOf(log.readAll({ after, limit: 3 }))).message).to.match(/no position of its own/);
  });

  it('ends when the log closes', async () => {
    const seen = await follow(log, { after: await log.head() }, () => {
      void log.close();
      return false;
    });
    expect(seen).to.have.length(1);
  });
});
