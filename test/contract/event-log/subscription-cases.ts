import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { BEGINNING, type EventLog } from '../../../infra/ports/event-log.js';
import { follow, freshCategory, freshStream, idsOf, isEvent, record, records, written } from './fixture.js';
import { expectIncreasing } from './read-cases.js';

export function subscriptionCases(log: () => EventLog): void {
  it('sees what was written before it, in order, then that it has caught up', async () => {
    const after = await log().head();
    const category = freshCategory();
    const news = [...records(freshStream(category), 3), ...records(freshStream(category), 3)];
    const { position } = await written(log(), news);
    const options = { after, filter: { streamPrefixes: [`${category}-`] } };
    const seen = await follow(log(), options, (items) => items.some((item) => !isEvent(item)));
    expect(seen).to.have.length(7);
    expect(idsOf(seen.slice(0, 6).filter(isEvent))).to.deep.equal(idsOf(news));
    const end = seen[6];
    expect(end && !isEvent(end) && end.position >= position).to.equal(true);
  });

  it('is told that it has caught up when there is nothing', async () => {
    const after = await log().head();
    const [first] = await follow(log(), { after }, (seen) => seen.length === 1);
    expect(first).to.deep.equal({ caughtUp: true, position: after });
  });

  it('sees what is written after it has caught up, and is told again', async () => {
    const after = await log().head();
    const category = freshCategory();
    const stream = freshStream(category);
    const ids: string[] = [];
    const writes: Promise<unknown>[] = [];
    const seen = await follow(log(), { after, filter: { streamPrefixes: [`${category}-`] } }, (items) => {
      const caughtUp = items.slice(-1).some((item) => !isEvent(item));
      if (!caughtUp || items.filter(isEvent).length < ids.length) return false;
      if (ids.length === 3) return true;
      const event = record(stream);
      ids.push(event.id);
      writes.push(written(log(), [event]));
      return false;
    });
    await Promise.all(writes);
    expect(idsOf(seen.filter(isEvent))).to.deep.equal(ids);
  });

  it('sees each event once and in order while many writers write', async () => {
    const after = await log().head();
    const category = freshCategory();
    const options = { after, filter: { streamPrefixes: [`${category}-`] } };
    const total = 400;
    const early = follow(log(), options, (seen) => seen.filter(isEvent).length === total);
    const writers = Array.from({ length: 8 }, async () => {
      const stream = freshStream(category);
      for (let n = 0; n < 25; n++) await written(log(), records(stream, 2));
    });
    await nextTurn();
    const amid = follow(log(), options, (seen) => seen.filter(isEvent).length === total);
    await Promise.all(writers);
    const late = follow(log(), options, (seen) => seen.filter(isEvent).length === total);
    const [one, two, three] = (await Promise.all([early, amid, late])).map((seen) => seen.filter(isEvent));
    if (!one) throw new Error('Nothing was seen');
    expect(new Set(idsOf(one)).size).to.equal(total);
    expectIncreasing(one);
    expect(two).to.deep.equal(one);
    expect(three).to.deep.equal(one);
  });

  it('sees every event after the one that it resumes from, and not that one', async () => {
    const after = await log().head();
    const category = freshCategory();
    const news = records(freshStream(category), 6);
    await written(log(), news);
    const filter = { streamPrefixes: [`${category}-`] };
    const first = (await follow(log(), { after, filter }, (seen) => seen.filter(isEvent).length === 2)).filter(isEvent);
    const rest = await follow(log(), { after: first.at(-1)?.position ?? after, filter }, (seen) => seen.length === 4);
    expect(idsOf([...first, ...rest.filter(isEvent)])).to.deep.equal(idsOf(news));
  });

  it('picks by event type', async () => {
    const after = await log().head();
    const stream = freshStream();
    const type = `T${freshCategory()}`;
    const wanted = [record(stream, { type: `${type}A` }), record(stream, { type: `${type}B` })];
    await written(log(), [record(stream), ...wanted, record(stream)]);
    const seen = await follow(log(), { after, filter: { typePrefixes: [type] } }, (items) => items.length === 3);
    expect(idsOf(seen.filter(isEvent))).to.deep.equal(idsOf(wanted));
  });

  it('loses nothing for a consumer that stands still while much is written', async () => {
    const after = await log().head();
    const category = freshCategory();
    const stop = new AbortController();
    const feed = log().subscribe({ after, filter: { streamPrefixes: [`${category}-`] }, signal: stop.signal });
    const iterator = feed[Symbol.asyncIterator]();
    const stream = freshStream(category);
    const ids: string[] = [];
    const write = async (count: number) => {
      const news = records(stream, count);
      await written(log(), news);
      ids.push(...idsOf(news));
    };
    await write(2);
    const seen: string[] = [];
    const first = (await iterator.next()).value;
    if (first && isEvent(first)) seen.push(first.id);
    for (let n = 0; n < 12; n++) await write(100);
    while (seen.length < ids.length) {
      const { value } = await iterator.next();
      if (value && isEvent(value)) seen.push(value.id);
    }
    stop.abort();
    expect(seen).to.deep.equal(ids);
  });

  it('ends when its signal aborts, also while it waits', async () => {
    const stop = new AbortController();
    const iterator = log()
      .subscribe({ after: await log().head(), signal: stop.signal })
      [Symbol.asyncIterator]();
    expect((await iterator.next()).value).to.include({ caughtUp: true });
    const waiting = iterator.next();
    stop.abort();
    expect(await waiting).to.deep.equal({ done: true, value: undefined });
  });

  it('never starts when its signal has aborted', async () => {
    await written(log(), records(freshStream(), 2));
    const items: unknown[] = [];
    for await (const item of log().subscribe({ after: BEGINNING, signal: AbortSignal.abort() })) items.push(item);
    expect(items).to.deep.equal([]);
  });
}
