import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { followLog } from '../../../infra/event-log/follow-log.js';
import type { RecordedEvent } from '../../../infra/ports/event-log.js';
import { watchLog } from '../../../infra/sqlite/log-watch.js';
import { record } from './fixture.js';

describe('SQLite event log subscription', () => {
  it('reads a page only when the one before is handled', async () => {
    const scans: number[] = [];
    const scan = async (after: number, limit: number) => {
      scans.push(after);
      const events: RecordedEvent[] = Array.from({ length: limit }, (_, n) => ({
        ...record('a-1'),
        revision: after + 1 + n,
        position: BigInt(after + 1 + n),
        recordedAt: 0,
      }));
      return { events, through: after + limit };
    };
    const watch = watchLog(() => 1_000_000, 1);
    const feed = followLog({ scan }, watch, { after: -1n, signal: new AbortController().signal });
    expect(scans).to.deep.equal([]);
    await feed.next();
    await nextTurn();
    expect(scans).to.deep.equal([-1]);
    for (let n = 1; n < 256; n++) await feed.next();
    expect(scans).to.deep.equal([-1]);
    await feed.next();
    expect(scans).to.deep.equal([-1, 255]);
    await feed.return();
  });

  it('is not told again that it has caught up while nothing is new', async () => {
    let end = 4;
    let scans = 0;
    const scan = async () => {
      scans++;
      return { events: [], through: end };
    };
    const watch = watchLog(() => end, 1_000_000);
    const stop = new AbortController();
    const feed = followLog({ scan }, watch, { after: -1n, signal: stop.signal });
    expect((await feed.next()).value).to.deep.equal({ caughtUp: true, position: 4n });
    const next = feed.next();
    await nextTurn();
    watch.check();
    await nextTurn();
    expect(scans).to.equal(1);
    end = 5;
    watch.check();
    expect((await next).value).to.deep.equal({ caughtUp: true, position: 5n });
    stop.abort();
    expect(await feed.next()).to.deep.equal({ done: true, value: undefined });
  });
});
