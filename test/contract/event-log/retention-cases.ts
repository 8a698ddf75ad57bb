import { expect } from 'chai';
import type { EventLog } from '../../../infra/ports/event-log.js';
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

export function retentionCases(log: () => EventLog): void {
  it('hides a deleted stream', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 3));
    await log().delete(stream);
    expect(await log().readStream(stream)).to.deep.equal({ found: false });
    expect(await log().streamState(stream)).to.equal('no-stream');
  });

  it('revives a deleted stream, whose revisions continue and whose old events stay hidden', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 3));
    await log().delete(stream);
    const news = records(stream, 2);
    const { revisions } = await written(log(), news, [{ stream, expected: 'no-stream' }]);
    expect(revisions.get(stream)).to.equal(4);
    expect(await log().streamState(stream)).to.equal(4);
    const events = await eventsOf(log(), stream);
    expect(revisionsOf(events)).to.deep.equal([3, 4]);
    expect(idsOf(events)).to.deep.equal(idsOf(news));
    expect(revisionsOf(await eventsOf(log(), stream, { direction: 'backwards' }))).to.deep.equal([4, 3]);
  });

  it('revives a deleted stream by an unchecked append', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 1));
    await log().delete(stream);
    const { revisions } = await written(log(), [record(stream)]);
    expect(revisions.get(stream)).to.equal(1);
  });

  it('reports a revived stream by its own revision, and lets it be deleted again', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 2));
    await log().delete(stream);
    await written(log(), [record(stream)], [{ stream, expected: 'no-stream' }]);
    expect(await violated(log(), [record(stream)], [{ stream, expected: 'no-stream' }])).to.deep.equal([
      { stream, expected: 'no-stream', actual: 2 },
    ]);
    await log().delete(stream);
    expect(await log().streamState(stream)).to.equal('no-stream');
  });

  it('changes nothing by deleting a stream that is not there', async () => {
    const stream = freshStream();
    await log().delete(stream);
    const { revisions } = await written(log(), [record(stream)], [{ stream, expected: 'no-stream' }]);
    expect(revisions.get(stream)).to.equal(0);
  });

  it('leaves the other streams of an append with a deleted one as they were', async () => {
    const before = await log().head();
    const [kept, dropped] = [freshStream(), freshStream()];
    const news = [record(kept), record(dropped), record(kept)];
    await written(log(), news);
    await log().delete(dropped);
    expect(revisionsOf(await eventsOf(log(), kept))).to.deep.equal([0, 1]);
    const all = (await eventsAfter(log(), before)).filter((event) => event.stream === kept);
    expect(idsOf(all)).to.deep.equal(idsOf(news.filter((event) => event.stream === kept)));
  });

  it('removes the events before a revision and keeps the numbers of the others', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 5));
    await log().truncate(stream, 3);
    expect(revisionsOf(await eventsOf(log(), stream))).to.deep.equal([3, 4]);
    expect(revisionsOf(await eventsOf(log(), stream, { from: 1 }))).to.deep.equal([3, 4]);
    expect(revisionsOf(await eventsOf(log(), stream, { direction: 'backwards' }))).to.deep.equal([4, 3]);
    expect(await log().streamState(stream)).to.equal(4);
    const { revisions } = await written(log(), [record(stream)], [{ stream, expected: 4 }]);
    expect(revisions.get(stream)).to.equal(5);
  });

  it('keeps the last revision of a stream that is truncated to its end', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 3));
    await log().truncate(stream, 3);
    expect(await log().streamState(stream)).to.equal(2);
    await written(log(), [record(stream)], [{ stream, expected: 2 }]);
    expect(revisionsOf(await eventsOf(log(), stream))).to.deep.equal([3]);
  });

  it('does not bring back what was truncated by truncating less', async () => {
    const stream = freshStream();
    await written(log(), records(stream, 5));
    await log().truncate(stream, 5);
    await log().truncate(stream, 1);
    expect(await eventsOf(log(), stream)).to.deep.equal([]);
  });
}
