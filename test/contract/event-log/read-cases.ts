import { expect } from 'chai';
import type { EventLog, LogFilter, RecordedEvent } from '../../../infra/ports/event-log.js';
import {
  eventsAfter,
  eventsOf,
  freshCategory,
  freshStream,
  idsOf,
  record,
  records,
  revisionsOf,
  written,
} from './fixture.js';

export function readCases(log: () => EventLog): void {
  it('reads no stream where nothing was written', async () => {
    const stream = freshStream();
    expect(await log().readStream(stream)).to.deep.equal({ found: false });
    expect(await log().readStream(stream, { direction: 'backwards', limit: 1 })).to.deep.equal({ found: false });
    expect(await log().streamState(stream)).to.equal('no-stream');
  });

  const ranges: [string, Parameters<EventLog['readStream']>[1], number[]][] = [
    ['from the start', {}, [0, 1, 2, 3, 4]],
    ['from a revision, inclusive', { from: 2 }, [2, 3, 4]],
    ['at most so many', { from: 1, limit: 2 }, [1, 2]],
    ['nothing at all', { limit: 0 }, []],
    ['from past the end', { from: 9 }, []],
    ['backwards from the end', { direction: 'backwards' }, [4, 3, 2, 1, 0]],
    ['backwards from a revision, inclusive', { direction: 'backwards', from: 2 }, [2, 1, 0]],
    ['the last one', { direction: 'backwards', limit: 1 }, [4]],
    ['backwards from past the end', { direction: 'backwards', from: 9, limit: 2 }, [4, 3]],
  ];
  for (const [name, options, revisions] of ranges) {
    it(`reads a stream: ${name}`, async () => {
      const stream = freshStream();
      await written(log(), [...records(stream, 5), ...records(freshStream(), 3)]);
      expect(revisionsOf(await eventsOf(log(), stream, options))).to.deep.equal(revisions);
    });
  }

  it('reads the whole log in one strictly increasing order, page by page, exclusive of the start', async () => {
    const before = await log().head();
    const [a, b] = [freshStream(), freshStream()];
    const ids: string[] = [];
    for (let n = 0; n < 10; n++) {
      const news = [record(a), record(b)];
      await written(log(), news);
      ids.push(...idsOf(news));
    }
    const all = await eventsAfter(log(), before);
    expect(idsOf(all.filter((event) => ids.includes(event.id)))).to.deep.equal(ids);
    expectIncreasing(all);
    const [first] = all;
    if (!first) throw new Error('Nothing was read');
    expect(first.position > before).to.equal(true);
    expect(idsOf(await eventsAfter(log(), first.position))).to.deep.equal(idsOf(all.slice(1)));
  });

  it('reads at most so many events of the whole log', async () => {
    const before = await log().head();
    await written(log(), records(freshStream(), 5));
    expect(await log().readAll({ after: before, limit: 3 })).to.have.length(3);
    expect(await log().readAll({ after: await log().head(), limit: 3 })).to.deep.equal([]);
  });

  describe('filters', () => {
    const [red, redder, blue] = [freshCategory(), freshCategory(), freshCategory()];
    const streams = [`${red}-app.1`, `${red}-app.2`, `${red}-other.1`, `${redder}-app.1`, `${blue}-app.1`];
    const cases: [string, LogFilter, (event: RecordedEvent) => boolean][] = [
      ['one category', { streamPrefixes: [`${red}-`] }, ({ stream }) => stream.startsWith(`${red}-`)],
      [
        'several categories',
        { streamPrefixes: [`${red}-`, `${blue}-`] },
        ({ stream }) => stream.startsWith(`${red}-`) || stream.startsWith(`${blue}-`),
      ],
      ['a part of a category', { streamPrefixes: [`${red}-app.`] }, ({ stream }) => stream.startsWith(`${red}-app.`)],
      [
        'a part of one category and the whole of another',
        { streamPrefixes: [`${red}-other.`, `${blue}-`] },
        ({ stream }) => stream.startsWith(`${red}-other.`) || stream.startsWith(`${blue}-`),
      ],
      ['the start of a category', { streamPrefixes: [red.slice(0, -1)] }, ({ stream }) => stream.startsWith(red)],
      ['a type', { typePrefixes: ['UserSignedUp'] }, ({ type }) => type === 'UserSignedUp'],
      ['types by prefix', { typePrefixes: ['User', 'Sess'] }, ({ type }) => /^(User|Sess)/.test(type)],
      ['every type', { typePrefixes: [''] }, () => true],
      ['no type', { typePrefixes: [] }, () => false],
      ['no stream', { streamPrefixes: [] }, () => false],
      ['a category that is not there', { streamPrefixes: [`${freshCategory()}-`] }, () => false],
    ];
    for (const [name, filter, passes] of cases) {
      it(`picks ${name}`, async () => {
        const before = await log().head();
        const news = ['UserSignedUp', 'UserDeleted', 'SessionCreated', 'Other'].flatMap((type) =>
          streams.map((stream) => record(stream, { type })),
        );
        for (let at = 0; at < news.length; at += 3) await written(log(), news.slice(at, at + 3));
        const all = (await eventsAfter(log(), before)).filter((event) => streams.includes(event.stream));
        expect(idsOf(all)).to.deep.equal(idsOf(news));
        const picked = (await eventsAfter(log(), before, filter)).filter((event) => streams.includes(event.stream));
        expect(picked).to.deep.equal(all.filter(passes));
      });
    }
  });

  it('finds the few among many that pass the filter', async () => {
    const before = await log().head();
    const wanted = freshCategory();
    const found = [record(freshStream(wanted)), record(freshStream(wanted)), record(freshStream(wanted))];
    for (const event of found) {
      const bulk = Array.from({ length: 10 }, () => written(log(), records(freshStream(), 150)));
      await Promise.all(bulk);
      await written(log(), [event]);
    }
    expect(idsOf(await eventsAfter(log(), before, { streamPrefixes: [`${wanted}-`] }))).to.deep.equal(idsOf(found));
  });
}

export function expectIncreasing(events: readonly RecordedEvent[]): void {
  for (const [index, event] of events.entries()) {
    const next = events[index + 1];
    if (next) expect(next.position > event.position, `${next.position} after ${event.position}`).to.equal(true);
  }
}
