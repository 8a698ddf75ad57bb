import { expect } from 'chai';
import type { EventLog, StreamCheck } from '../../../infra/ports/event-log.js';
import { eventsOf, freshStream, idsOf, record, records, violated, written } from './fixture.js';

export function retryCases(log: () => EventLog): void {
  it('returns the original outcome and stores nothing twice', async () => {
    const stream = freshStream();
    const news = records(stream, 2);
    const checks: StreamCheck[] = [{ stream, expected: 'no-stream' }];
    const original = await written(log(), news, checks);
    expect(await written(log(), news, checks)).to.deep.equal(original);
    expect(idsOf(await eventsOf(log(), stream))).to.deep.equal(idsOf(news));
  });

  it('returns the original outcome when the stream has moved on', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 2));
    const news = records(stream, 2);
    const original = await written(log(), news, [{ stream, expected: 1 }]);
    await written(log(), records(stream, 3));
    expect(await written(log(), news, [{ stream, expected: 1 }])).to.deep.equal(original);
    expect(await log().streamState(stream)).to.equal(6);
  });

  it('returns the original outcome of an append to several streams, each of which has moved on', async () => {
    const [a, b, read] = [freshStream(), freshStream(), freshStream()];
    await written(log(), [...records(b, 1), ...records(read, 1)]);
    const news = [record(a), record(b), record(a)];
    const checks: StreamCheck[] = [
      { stream: read, expected: 0 },
      { stream: b, expected: 0 },
      { stream: a, expected: 'no-stream' },
    ];
    const original = await written(log(), news, checks);
    await written(log(), [record(a), record(b), record(read)]);
    expect(await written(log(), news, checks)).to.deep.equal(original);
    expect(await log().streamState(a)).to.equal(2);
    expect(await log().streamState(b)).to.equal(2);
  });

  it('answers two copies that are sent at the same time alike, and stores one', async () => {
    const stream = freshStream();
    const news = records(stream, 2);
    const checks: StreamCheck[] = [{ stream, expected: 'no-stream' }];
    const [one, other] = await Promise.all([written(log(), news, checks), written(log(), news, checks)]);
    expect(one).to.deep.equal(other);
    expect(await log().streamState(stream)).to.equal(1);
  });

  it('is a conflict when some ids are equal and then one differs', async () => {
    const stream = freshStream();
    const [first, second] = [record(stream), record(stream)];
    await written(log(), [first, second], [{ stream, expected: 'no-stream' }]);
    const violations = await violated(log(), [first, record(stream)], [{ stream, expected: 'no-stream' }]);
    expect(violations).to.deep.equal([{ stream, expected: 'no-stream', actual: 1 }]);
    expect(idsOf(await eventsOf(log(), stream))).to.deep.equal(idsOf([first, second]));
  });

  it('is a conflict when the retry has more records than the log', async () => {
    const stream = freshStream();
    const news = records(stream, 3);
    await written(log(), news.slice(0, 2), [{ stream, expected: 'no-stream' }]);
    await violated(log(), news, [{ stream, expected: 'no-stream' }]);
    expect(await log().streamState(stream)).to.equal(1);
  });

  it('is a conflict when only one of the streams holds its ids', async () => {
    const [a, b] = [freshStream(), freshStream()];
    const event = record(a);
    await written(log(), [event], [{ stream: a, expected: 'no-stream' }]);
    const violations = await violated(
      log(),
      [event, record(b)],
      [
        { stream: a, expected: 'no-stream' },
        { stream: b, expected: 'no-stream' },
      ],
    );
    expect(violations).to.deep.equal([{ stream: a, expected: 'no-stream', actual: 0 }]);
    expect(await log().streamState(b)).to.equal('no-stream');
  });

  it('is a conflict when a record is meant for another stream than before', async () => {
    const [a, b, other] = [freshStream(), freshStream(), freshStream()];
    const [first, second] = [record(a), record(b)];
    await written(log(), [first, second], [{ stream: a, expected: 'no-stream' }]);
    const moved = [first, { ...second, stream: other }];
    await violated(log(), moved, [
      { stream: a, expected: 'no-stream' },
      { stream: other, expected: 'no-stream' },
    ]);
    expect(await log().streamState(other)).to.equal('no-stream');
  });

  it('is a conflict when the ids are equal but the expectation is another', async () => {
    const stream = freshStream();
    const event = record(stream);
    await written(log(), [record(stream), event, record(stream)]);
    await violated(log(), [event], [{ stream, expected: 'no-stream' }]);
    await violated(log(), [event], [{ stream, expected: 1 }]);
    await violated(log(), [event], [{ stream, expected: 9 }]);
    expect(await log().streamState(stream)).to.equal(2);
  });

  it('stores the same id again where the expectation holds now', async () => {
    const [stream, other] = [freshStream(), freshStream()];
    const event = record(stream);
    await written(log(), [event], [{ stream, expected: 'no-stream' }]);
    const again = await written(log(), [event], [{ stream, expected: 0 }]);
    expect(again.revisions.get(stream)).to.equal(1);
    await written(log(), [{ ...event, stream: other }], [{ stream: other, expected: 'no-stream' }]);
    expect(idsOf(await eventsOf(log(), stream))).to.deep.equal([event.id, event.id]);
    expect(idsOf(await eventsOf(log(), other))).to.deep.equal([event.id]);
  });

  it('stores an unchecked append once when its ids are the last of the stream', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 2));
    const news = records(stream, 2);
    const original = await written(log(), news);
    expect(await written(log(), news)).to.deep.equal(original);
    expect(await log().streamState(stream)).to.equal(3);
  });
}
