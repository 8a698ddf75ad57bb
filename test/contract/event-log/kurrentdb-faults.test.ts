import { expect } from 'chai';
import { openKurrentEventLog } from '../../../infra/kurrentdb/event-log.js';
import {
  type EventLog,
  type NewRecord,
  OutcomeUnknownError,
  type StreamCheck,
} from '../../../infra/ports/event-log.js';
import { StoreUnavailableError } from '../../../infra/ports/store-unavailable.js';
import { type RunningDouble, runDouble } from '../../support/kurrentdb-double/process.js';
import { eventsOf, freshStream, idsOf, record, records, rejectionOf, written } from './fixture.js';

/** ms; more than the client takes for its second connection, which is half a second. */
const TIMEOUT = 1_500;
const RETRIES = 50;

/** Appends again with the same ids and checks while the outcome is unknown, as the unit of work does. */
async function insist(log: EventLog, news: readonly NewRecord[], checks: StreamCheck[]) {
  for (let retry = 0; ; retry++) {
    try {
      return await written(log, news, checks);
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError) || retry === RETRIES) throw error;
    }
  }
}

describe('KurrentDB event log when the server fails', () => {
  let double: RunningDouble;
  let log: EventLog;

  before(async () => {
    double = await runDouble();
  });
  after(() => double.stop());
  beforeEach(async () => {
    log = await openKurrentEventLog({ url: double.url, timeout: 5_000 });
  });
  afterEach(async () => {
    await double.heal();
    await log.close();
  });

  /** Opens the log again with little patience, and with both of the client's connections made. */
  async function impatient(): Promise<void> {
    await log.close();
    log = await openKurrentEventLog({ url: double.url, timeout: TIMEOUT });
    await written(log, [record(freshStream())]);
  }

  /** An append to one stream, which is pipelined, and one to several, which is not. */
  const shapes: [string, () => { news: NewRecord[]; checks: StreamCheck[] }][] = [
    [
      'one stream',
      () => {
        const stream = freshStream();
        return { news: records(stream, 2), checks: [{ stream, expected: 'no-stream' }] };
      },
    ],
    [
      'several streams',
      () => {
        const [a, b] = [freshStream(), freshStream()];
        return {
          news: [record(a), record(b)],
          checks: [
            { stream: a, expected: 'no-stream' },
            { stream: b, expected: 'no-stream' },
          ],
        };
      },
    ],
  ];

  for (const [shape, make] of shapes) {
    describe(`append to ${shape}`, () => {
      async function expectStoredOnce(news: readonly NewRecord[]): Promise<void> {
        for (const stream of new Set(news.map((event) => event.stream))) {
          const own = news.filter((event) => event.stream === stream);
          expect(idsOf(await eventsOf(log, stream))).to.deep.equal(idsOf(own));
        }
      }

      it('leaves the outcome open when the answer is lost, and knows the retry', async () => {
        const { news, checks } = make();
        await double.tell({ faults: { loseAnswers: 1 } });
        expect(await rejectionOf(log.append(news, checks))).to.be.instanceOf(OutcomeUnknownError);
        const result = await insist(log, news, checks);
        expect(result.position).to.equal((await eventsOf(log, news.at(-1)?.stream ?? '')).at(-1)?.position);
        await expectStoredOnce(news);
      });

      it('has a timer of its own against a frozen server, and goes on when it thaws', async () => {
        const { news, checks } = make();
        await impatient();
        await double.tell({ freeze: true });
        expect(await rejectionOf(log.append(news, checks))).to.be.instanceOf(OutcomeUnknownError);
        await double.tell({ freeze: false });
        await insist(log, news, checks);
        await expectStoredOnce(news);
      });

      it('leaves the outcome open when the answer is late, and knows the retry', async () => {
        const { news, checks } = make();
        await impatient();
        await double.tell({ faults: { delay: 2 * TIMEOUT } });
        expect(await rejectionOf(log.append(news, checks))).to.be.instanceOf(OutcomeUnknownError);
        await double.tell({ faults: { delay: 0 } });
        await insist(log, news, checks);
        await expectStoredOnce(news);
      });

      it('comes through dropped connections', async () => {
        await written(log, [record(freshStream())]);
        for (let n = 0; n < 3; n++) {
          const { news, checks } = make();
          await double.tell({ drop: true });
          await insist(log, news, checks);
          await expectStoredOnce(news);
        }
      });

      it('waits for a server that is not there, and comes through when it is back', async () => {
        const { news, checks } = make();
        await double.tell({ drop: true, refuseConnections: true });
        const insisting = insist(log, news, checks);
        await double.tell({ refuseConnections: false });
        await insisting;
        await expectStoredOnce(news);
      });

      for (const code of [1, 2, 4, 8, 10, 13, 14]) {
        it(`leaves the outcome open at gRPC status ${code}, and comes through after it`, async () => {
          const { news, checks } = make();
          await double.tell({ faults: { refuse: { times: 1, code } } });
          expect(await rejectionOf(log.append(news, checks))).to.be.instanceOf(OutcomeUnknownError);
          await insist(log, news, checks);
          await expectStoredOnce(news);
        });
      }

      for (const code of [3, 7, 16]) {
        it(`passes gRPC status ${code} on, which a retry would only repeat`, async () => {
          const { news, checks } = make();
          await double.tell({ faults: { refuse: { times: 1, code } } });
          const error = await rejectionOf(log.append(news, checks));
          expect(error).not.to.be.instanceOf(OutcomeUnknownError);
          expect(await log.streamState(news[0]?.stream ?? '')).to.equal('no-stream');
        });
      }

      it('follows the leader when the node is a follower', async () => {
        const { news, checks } = make();
        await double.tell({ faults: { follower: true } });
        await insist(log, news, checks);
        await expectStoredOnce(news);
      });

      it('finds the leader of a cluster', async () => {
        const { news, checks } = make();
        await double.tell({ faults: { follower: true } });
        await log.close();
        log = await openKurrentEventLog({ url: double.clusterUrl });
        await written(log, news, checks);
        await expectStoredOnce(news);
      });

      it('keeps what was acknowledged when the server is killed, and comes through when it is back', async () => {
        const [before, amid] = [make(), make()];
        await written(log, before.news, before.checks);
        await double.kill();
        const insisting = insist(log, amid.news, amid.checks);
        await double.restart();
        await insisting;
        await expectStoredOnce(before.news);
        await expectStoredOnce(amid.news);
      });
    });
  }

  it('fails nothing but the appends when more are stuck than the client has room for', async () => {
    await impatient();
    const stuck = Array.from({ length: 60 }, () => {
      const stream = freshStream();
      return record(stream, { data: JSON.stringify('x'.repeat(100_000)) });
    });
    const unhandled: unknown[] = [];
    const onUnhandled = (cause: unknown) => unhandled.push(cause);
    process.on('unhandledRejection', onUnhandled);
    await double.tell({ freeze: true });
    const outcomes = stuck.map((event) => rejectionOf(log.append([event], [])));
    for (const error of await Promise.all(outcomes)) expect(error).to.be.instanceOf(OutcomeUnknownError);
    await double.tell({ drop: true, freeze: false });
    for (const event of stuck.slice(0, 3)) {
      await insist(log, [event], [{ stream: event.stream, expected: 'no-stream' }]);
      expect(await log.streamState(event.stream)).to.equal(0);
    }
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).to.deep.equal([]);
  });

  const reads: [string, (stream: string) => Promise<unknown>][] = [
    ['readStream', (stream) => log.readStream(stream)],
    ['streamState', (stream) => log.streamState(stream)],
    ['readAll', () => log.readAll({ after: -1n, limit: 5 })],
    ['head', () => log.head()],
  ];
  for (const [name, read] of reads) {
    it(`has a timer of its own for ${name} against a frozen server, and reads when it thaws`, async () => {
      const stream = freshStream();
      await written(log, records(stream, 2));
      const expected = await read(stream);
      await impatient();
      const now = name === 'head' ? await log.head() : expected;
      await double.tell({ freeze: true });
      expect(await rejectionOf(read(stream))).to.be.instanceOf(StoreUnavailableError);
      await double.tell({ freeze: false });
      await log.close();
      log = await openKurrentEventLog({ url: double.url });
      expect(await read(stream)).to.deep.equal(now);
    });

    it(`comes through a dropped connection in ${name}`, async () => {
      const stream = freshStream();
      await written(log, records(stream, 2));
      const expected = await read(stream);
      await double.tell({ drop: true });
      expect(await read(stream)).to.deep.equal(expected);
    });

    it(`reads from the leader in ${name}`, async () => {
      const stream = freshStream();
      await written(log, records(stream, 2));
      const expected = await read(stream);
      await double.tell({ faults: { follower: true } });
      expect(await read(stream)).to.deep.equal(expected);
      expect((await double.tell({})).calls).not.to.have.property('ReadFromFollower');
    });
  }

  it('can not be opened where no server is', async () => {
    await double.tell({ refuseConnections: true });
    const call = openKurrentEventLog({ url: double.url, timeout: TIMEOUT });
    expect(await rejectionOf(call)).to.be.instanceOf(StoreUnavailableError);
  });

  it('can not be opened with a server that is too old, and says which version it needs', async () => {
    await double.tell({ faults: { old: true } });
    const error = await rejectionOf(openKurrentEventLog({ url: double.url }));
    expect(error.message).to.match(/26\.0\.3 or newer.*24\.10\.0/);
  });
});
