import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { expect } from 'chai';
import { openKurrentEventLog } from '../../../infra/kurrentdb/event-log.js';
import { type EventLog, OutcomeUnknownError } from '../../../infra/ports/event-log.js';
import { StoreUnavailableError } from '../../../infra/ports/store-unavailable.js';
import { type RunningDouble, runDouble } from '../../support/kurrentdb-double/process.js';
import {
  eventsAfter,
  eventsOf,
  follow,
  freshStream,
  idsOf,
  isEvent,
  record,
  records,
  rejectionOf,
  revisionsOf,
  violated,
  written,
} from './fixture.js';

describe('KurrentDB event log and its client', () => {
  let double: RunningDouble;
  let log: EventLog;

  before(async () => {
    double = await runDouble();
  });
  after(() => double.stop());
  beforeEach(async () => {
    log = await openKurrentEventLog({ url: double.url });
  });
  afterEach(async () => {
    await double.heal();
    await log.close();
  });

  it('pipelines an append that touches one stream, and only that', async () => {
    const [stream, other] = [freshStream(), freshStream()];
    await written(log, records(stream, 3));
    await written(log, records(stream, 1), [{ stream, expected: 2 }]);
    await written(log, [record(stream), record(other)]);
    await written(log, [record(stream)], [{ stream: other, expected: 0 }]);
    const { calls } = await double.tell({});
    expect(calls).to.deep.equal({ BatchAppend: 2, AppendRecords: 2 });
  });

  it('has 15 appends under way at most', async () => {
    await double.tell({ faults: { delay: 20 } });
    await Promise.all(Array.from({ length: 60 }, () => written(log, [record(freshStream())])));
    expect((await double.tell({})).mostInFlight).to.equal(15);
    expect((await rejectionOf(openKurrentEventLog({ url: double.url, inFlight: 16 }))).message).to.match(/At most 15/);
  });

  it('needs failures of appends to be thrown', async () => {
    const url = `${double.url}&ThrowOnAppendFailure=false`;
    expect((await rejectionOf(openKurrentEventLog({ url }))).message).to.match(/throwOnAppendFailure/);
  });

  for (const url of [
    'nonsense-s3cret',
    'http://admin:s3cret@127.0.0.1:2113',
    'kurrentdb://admin:s3cret@127.0.0.1:2113?tls=false&surprise=1',
    'kurrentdb://admin:s3cret@127.0.0.1:port?tls=false',
    'kurrentdb://admin:s3cret@127.0.0.1:2113?tls=maybe',
  ]) {
    it(`refuses a connection string without showing it: ${url}`, async () => {
      const error = await rejectionOf(openKurrentEventLog({ url, timeout: 200 }));
      expect(error).not.to.be.instanceOf(StoreUnavailableError);
      expect(JSON.stringify({ ...error, cause: error.cause, message: error.message })).not.to.contain('s3cret');
    });
  }

  for (const [shape, streams] of [
    ['one stream', () => [freshStream()]],
    ['several streams', () => [freshStream(), freshStream()]],
  ] as const) {
    it(`keeps data and metadata as they are, written to ${shape}`, async () => {
      const texts = ['{"a":1.0,"a":2}', '{ "spaced" : true }', '"just text"', '[1,2]', 'null', '{"2":1,"1":2}', '12e3'];
      const metadata = { $correlationId: 'c', actor: 'key:☃', count: '12', json: '{"a":1}', empty: '' };
      const news = streams().flatMap((stream) => texts.map((data) => record(stream, { data, metadata })));
      const { position } = await written(log, news);
      for (const stream of new Set(news.map((event) => event.stream))) {
        const found = await eventsOf(log, stream);
        expect(found.map((event) => event.data)).to.deep.equal(texts);
        for (const event of found) expect(event.metadata).to.deep.equal(metadata);
      }
      expect(position > BigInt(Number.MAX_SAFE_INTEGER)).to.equal(true);
    });
  }

  it('stores JSON as JSON, for those who look at the log with the tools of the server', async () => {
    const stream = freshStream();
    await written(log, [record(stream, { data: '{"n":1}' })]);
    const client = KurrentDBClient.connectionString(double.url);
    const seen: unknown[] = [];
    for await (const { event } of client.readStream(stream)) seen.push([event?.isJson, event?.data]);
    await client.dispose();
    expect(seen).to.deep.equal([[true, { n: 1 }]]);
  });

  it('gives an event alike however it is read, with the second in which it was recorded', async () => {
    const stream = freshStream();
    const after = await log.head();
    const start = Math.floor(Date.now() / 1_000) * 1_000;
    await written(log, [record(stream)]);
    const [event] = await eventsOf(log, stream);
    expect(event?.recordedAt).to.be.within(start, Date.now());
    expect(await log.readAll({ after, limit: 1 })).to.deep.equal([event]);
    expect((await follow(log, { after }, (seen) => seen.some(isEvent))).filter(isEvent)).to.deep.equal([event]);
  });

  it('finds the position where the answer to an append has none', async () => {
    const stream = freshStream();
    await double.tell({ faults: { hidePositions: true } });
    const { position } = await written(log, records(stream, 2));
    expect(position).to.equal((await eventsOf(log, stream)).at(-1)?.position);
  });

  it('shows none of the events of the server', async () => {
    const stream = freshStream();
    const after = await log.head();
    const news = records(stream, 4);
    await written(log, news);
    await log.truncate(stream, 1);
    await log.truncate(stream, 2);
    expect(idsOf(await eventsAfter(log, after))).to.deep.equal(idsOf(news.slice(2)));
    const [own] = (await eventsOf(log, stream)).slice(-1);
    expect(own && (await log.head()) > own.position).to.equal(true);
  });

  it('truncates on and on, at the revision of the metadata', async () => {
    const [stream, revived] = [freshStream(), freshStream()];
    await written(log, records(stream, 6));
    for (const before of [1, 3, 2, 5]) await log.truncate(stream, before);
    expect(revisionsOf(await eventsOf(log, stream))).to.deep.equal([5]);
    await written(log, records(revived, 2));
    await log.delete(revived);
    await written(log, records(revived, 3));
    await log.truncate(revived, 4);
    expect(revisionsOf(await eventsOf(log, revived))).to.deep.equal([4]);
  });

  it('truncates from several places at once', async () => {
    const stream = freshStream();
    await written(log, records(stream, 6));
    await Promise.all([1, 2, 3, 4].map((before) => log.truncate(stream, before)));
    expect(revisionsOf(await eventsOf(log, stream))).to.deep.equal([4, 5]);
  });

  it('never truncates beyond the end, so that the last revision is known', async () => {
    const stream = freshStream();
    await written(log, records(stream, 3));
    await log.truncate(stream, 1_000);
    expect(await log.streamState(stream)).to.equal(2);
    await written(log, [record(stream)], [{ stream, expected: 2 }]);
    expect(revisionsOf(await eventsOf(log, stream))).to.deep.equal([3]);
  });

  it('passes on that a stream was deleted for good', async () => {
    const [stream, other] = [freshStream(), freshStream()];
    await written(log, [record(stream)]);
    const client = KurrentDBClient.connectionString(double.url);
    await client.tombstoneStream(stream);
    await client.dispose();
    for (const news of [[record(stream)], [record(stream), record(other)]]) {
      expect(await rejectionOf(log.append(news, []))).not.to.be.instanceOf(OutcomeUnknownError);
    }
    expect(await log.streamState(other)).to.equal('no-stream');
  });

  it('reads long streams in pages, from both ends', async () => {
    const stream = freshStream();
    const total = 2_300;
    for (let n = 0; n < total; n += 100) await written(log, records(stream, 100));
    const all = Array.from({ length: total }, (_, revision) => revision);
    expect(revisionsOf(await eventsOf(log, stream))).to.deep.equal(all);
    expect(revisionsOf(await eventsOf(log, stream, { direction: 'backwards' }))).to.deep.equal([...all].reverse());
    expect(revisionsOf(await eventsOf(log, stream, { from: 500, limit: 1_200 }))).to.deep.equal(all.slice(500, 1_700));
  });

  it('reports what it found in place of what was expected', async () => {
    const [stream, other] = [freshStream(), freshStream()];
    await written(log, records(stream, 2));
    const found = [{ stream, expected: 7, actual: 1 }];
    expect(await violated(log, [record(stream)], [{ stream, expected: 7 }])).to.deep.equal(found);
    expect(await violated(log, [record(other)], [{ stream, expected: 7 }])).to.deep.equal(found);
  });

  it('finishes what it was asked before it closes, and takes nothing more', async () => {
    const stream = freshStream();
    await double.tell({ faults: { delay: 50 } });
    const pending = Array.from({ length: 20 }, () => written(log, [record(stream)]));
    await log.close();
    await Promise.all(pending);
    expect((await rejectionOf(log.append([record(stream)], []))).message).to.match(/closed/);
    expect((await rejectionOf(log.readStream(stream))).message).to.match(/closed/);
  });
});
