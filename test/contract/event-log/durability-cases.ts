import { expect } from 'chai';
import type { EventLog, StreamCheck } from '../../../infra/ports/event-log.js';
import {
  eventsAfter,
  eventsOf,
  freshStream,
  type OpenedLog,
  record,
  records,
  revisionsOf,
  written,
} from './fixture.js';

export function durabilityCases(opened: () => OpenedLog): void {
  it('has everything after a restart', async () => {
    const { log } = opened();
    const before = await log.head();
    const [plain, truncated, deleted, revived] = [freshStream(), freshStream(), freshStream(), freshStream()];
    for (const stream of [plain, truncated, deleted, revived]) await written(log, records(stream, 3));
    await log.truncate(truncated, 2);
    await log.delete(deleted);
    await log.delete(revived);
    await written(log, [record(revived)]);
    const seen = await picture(log);

    const reopened = await opened().reopen();
    expect(await picture(reopened)).to.deep.equal(seen);
    await written(reopened, [record(deleted)], [{ stream: deleted, expected: 'no-stream' }]);
    expect(revisionsOf(await eventsOf(reopened, deleted))).to.deep.equal([3]);

    async function picture(now: EventLog) {
      return {
        head: await now.head(),
        all: (await eventsAfter(now, before)).filter(({ stream }) => stream === plain),
        streams: await Promise.all([plain, truncated, deleted, revived].map((stream) => now.readStream(stream))),
        states: await Promise.all([plain, truncated, deleted, revived].map((stream) => now.streamState(stream))),
      };
    }
  });

  it('knows an append again after a restart, and goes on after the last position', async () => {
    const stream = freshStream();
    const news = records(stream, 2);
    const checks: StreamCheck[] = [{ stream, expected: 'no-stream' }];
    const original = await written(opened().log, news, checks);
    const reopened = await opened().reopen();
    expect(await written(reopened, news, checks)).to.deep.equal(original);
    const next = await written(reopened, [record(stream)], [{ stream, expected: 1 }]);
    expect(next.position > original.position).to.equal(true);
  });
}
