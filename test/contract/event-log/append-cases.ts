import { expect } from 'chai';
import type { EventLog, StreamCheck } from '../../../infra/ports/event-log.js';
import {
  eventsAfter,
  eventsOf,
  freshStream,
  idsOf,
  record,
  records,
  revisionsOf,
  violated,
  written,
} from './fixture.js';

export function appendCases(log: () => EventLog): void {
  it('numbers the events of a stream from 0 without a gap, over several appends', async () => {
    const stream = freshStream();
    const first = await written(log(), records(stream, 2), [{ stream, expected: 'no-stream' }]);
    const second = await written(log(), records(stream, 3), [{ stream, expected: 1 }]);
    expect([...first.revisions]).to.deep.equal([[stream, 1]]);
    expect([...second.revisions]).to.deep.equal([[stream, 4]]);
    expect(revisionsOf(await eventsOf(log(), stream))).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('keeps every field of an event', async () => {
    const event = record(freshStream(), {
      type: 'SomethingOdd.v2',
      data: '{"text":"ünï ☃ \\u0000 \'; --","deep":[{"a":null}]}',
      metadata: { $correlationId: 'c-1', $causationId: 'c-2', actor: 'key:☃', empty: '' },
    });
    const { position } = await written(log(), [event]);
    const [found] = await eventsOf(log(), event.stream);
    expect(found).to.deep.include({ ...event, revision: 0, position });
    expect(found?.recordedAt).to.be.a('number');
  });

  it('returns the position that the last event carries in the whole log', async () => {
    const before = await log().head();
    const [a, b] = [freshStream(), freshStream()];
    const { position } = await written(log(), [...records(a, 2), ...records(b, 1)]);
    const all = (await eventsAfter(log(), before)).filter((event) => event.stream === a || event.stream === b);
    expect(all.at(-1)).to.deep.include({ stream: b, position });
    expect(await log().head()).to.equal(position);
  });

  it('writes to several streams at once, interleaved as given, adjacent in the log', async () => {
    const before = await log().head();
    const [a, b] = [freshStream(), freshStream()];
    const news = [record(a), record(b), record(a), record(b)];
    const others = Array.from({ length: 10 }, () => written(log(), records(freshStream(), 3)));
    const { revisions } = await written(log(), news);
    await Promise.all(others);
    expect([...revisions]).to.have.deep.members([
      [a, 1],
      [b, 1],
    ]);
    const ids = idsOf(await eventsAfter(log(), before));
    const start = ids.indexOf(news[0]?.id ?? '');
    expect(ids.slice(start, start + 4)).to.deep.equal(idsOf(news));
  });

  it('writes nothing to any stream when one check is violated', async () => {
    const [a, b] = [freshStream(), freshStream()];
    await written(log(), records(a, 1));
    const before = await log().head();
    await violated(
      log(),
      [record(b), record(a)],
      [
        { stream: b, expected: 'no-stream' },
        { stream: a, expected: 'no-stream' },
      ],
    );
    expect(await log().streamState(b)).to.equal('no-stream');
    expect(await log().streamState(a)).to.equal(0);
    expect((await eventsAfter(log(), before)).filter((event) => [a, b].includes(event.stream))).to.deep.equal([]);
  });

  it('reports every violated check with the state it found, and no check that holds', async () => {
    const [a, b, c, missing] = [freshStream(), freshStream(), freshStream(), freshStream()];
    await written(log(), [...records(a, 3), ...records(b, 1), ...records(c, 2)]);
    const checks: StreamCheck[] = [
      { stream: a, expected: 'no-stream' },
      { stream: b, expected: 0 },
      { stream: c, expected: 7 },
      { stream: missing, expected: 0 },
    ];
    const violations = await violated(log(), [record(a), record(b), record(c), record(missing)], checks);
    expect(violations).to.have.deep.members([
      { stream: a, expected: 'no-stream', actual: 2 },
      { stream: c, expected: 7, actual: 1 },
      { stream: missing, expected: 0, actual: 'no-stream' },
    ]);
  });

  for (const expected of ['no-stream', 0, 2] as const) {
    it(`takes expectations exactly: ${expected} is not revision 1`, async () => {
      const stream = freshStream();
      await written(log(), records(stream, 2));
      expect(await violated(log(), [record(stream)], [{ stream, expected }])).to.deep.equal([
        { stream, expected, actual: 1 },
      ]);
    });
  }

  it('checks a stream that the append does not write', async () => {
    const [read, target, missing] = [freshStream(), freshStream(), freshStream()];
    await written(log(), records(read, 2));
    expect(await violated(log(), [record(target)], [{ stream: read, expected: 0 }])).to.deep.equal([
      { stream: read, expected: 0, actual: 1 },
    ]);
    expect(await log().streamState(target)).to.equal('no-stream');
    await written(
      log(),
      [record(target)],
      [
        { stream: read, expected: 1 },
        { stream: missing, expected: 'no-stream' },
      ],
    );
    expect(await log().streamState(target)).to.equal(0);
    expect(await log().streamState(missing)).to.equal('no-stream');
  });

  it('takes the records of an unchecked stream at whatever revision it has', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 1));
    const { revisions } = await written(log(), records(stream, 2));
    expect(revisions.get(stream)).to.equal(2);
  });

  it('has written what a read right after it sees', async () => {
    const stream = freshStream();
    for (let revision = 0; revision < 20; revision++) {
      const event = record(stream);
      const { position } = await written(log(), [event]);
      expect(await log().streamState(stream)).to.equal(revision);
      expect((await eventsOf(log(), stream)).at(-1)).to.deep.include({ id: event.id, revision, position });
    }
  });
}
