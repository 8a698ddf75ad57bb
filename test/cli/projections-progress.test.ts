import { expect } from 'chai';
import { progressReport } from '../../cli/projections/progress-report.js';

describe('progress of a rebuild', () => {
  function reported(isTTY: boolean) {
    const written: string[] = [];
    let now = 0;
    const report = progressReport('users', { isTTY, write: (text) => written.push(text) }, () => now);
    const at = (ms: number, events: number, position: bigint, goal = 10_000n, from = 0n) => {
      now = ms;
      report.show({ events, from, position }, goal);
    };
    return { written, at, report };
  }

  it('tells events, share of the log, speed and time left, counted from the first report', () => {
    const { written, at } = reported(false);
    at(60_000, 1_000, 1_000n);
    at(64_000, 3_000, 2_000n);
    expect(written).to.deep.equal(['users: 3,000 events, 20 %, 500 events/s, about 32 s left\n']);
  });

  it('tells long times in minutes and hours', () => {
    const { written, at } = reported(false);
    at(0, 1, 0n, 1_000_000n);
    at(4_000, 2, 5_000n, 1_000_000n);
    at(8_000, 3, 5_100n, 1_000_000n);
    expect(written.map((line) => line.split('about ')[1])).to.deep.equal(['13 min left\n', '26 min left\n']);
    const slow = reported(false);
    slow.at(0, 1, 0n, 1_000_000n);
    slow.at(10_000, 2, 1_000n, 1_000_000n);
    expect(slow.written[0]).to.contain('about 2 h 47 min left');
  });

  it('reckons from the first event there was to apply: the log may begin at any position', () => {
    const { written, at } = reported(false);
    at(0, 10, 5_000_100n, 5_001_000n, 5_000_000n);
    at(5_000, 20, 5_000_200n, 5_001_000n, 5_000_000n);
    expect(written).to.deep.equal(['users: 20 events, 20 %, 2 events/s, about 40 s left\n']);
  });

  it('takes the speed of the last half minute, whatever it was before', () => {
    const { written, at } = reported(false);
    at(0, 1, 0n, 100_000n);
    for (let s = 10; s <= 100; s += 10) at(s * 1_000, 1 + s, BigInt(s), 100_000n);
    for (let s = 110; s <= 140; s += 10) at(s * 1_000, 101 + (s - 100) * 100, BigInt(100 + (s - 100) * 100), 100_000n);
    expect(written.at(-1)).to.equal('users: 4,101 events, 4 %, 100 events/s, about 16 min left\n');
  });

  it('every catch-up counts from its own start', () => {
    const { written, at } = reported(false);
    at(0, 200, 199n);
    at(4_000, 400, 399n);
    at(60_000, 1_000, 9_000n, 20_000n, 8_000n);
    at(64_000, 2_000, 10_000n, 20_000n, 8_000n);
    expect(written.map((line) => line.split(', ').slice(1).join(', '))).to.deep.equal([
      '3 %, 50 events/s, about 3 min left\n',
      '16 %, 250 events/s, about 40 s left\n',
    ]);
  });

  it('says what else is done, and how long what was live is kept', () => {
    const { written, report } = reported(false);
    report.stage({ kind: 'comparing' });
    report.stage({ kind: 'grace', ms: 90_000 });
    expect(written).to.deep.equal([
      'users: comparing with the live view\n',
      'users: switched; what was live before is removed in 2 min\n',
    ]);
  });

  it('writes a line every three seconds where nobody watches', () => {
    const { written, at } = reported(false);
    for (let ms = 0; ms <= 10_000; ms += 500) at(ms, ms + 1, BigInt(ms));
    expect(written).to.have.length(3);
  });

  it('writes over one line on a terminal, and takes it away in the end', () => {
    const { written, at, report } = reported(true);
    for (let ms = 0; ms <= 200; ms += 100) at(ms, ms + 1, BigInt(ms));
    report.end();
    report.end();
    expect(written).to.have.length(3);
    for (const text of written) expect(text.startsWith('\r\x1b[K')).to.equal(true);
    expect(written.at(-1)).to.equal('\r\x1b[K');
  });

  it('says nothing of work that is done before there is something to say', () => {
    const { written, at, report } = reported(true);
    at(5_000, 10, 10_000n);
    report.end();
    expect(written).to.deep.equal([]);
  });
});
