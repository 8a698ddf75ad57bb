import { expect } from 'chai';
import { requestStats } from '../../gateway/request-stats.js';

const MINUTE = 60_000;

describe('request counters (00-conventions.md 13.5)', () => {
  it('have measured nothing for an app that was not called', () => {
    const { atMinute, averageRequestsPerSecond, peakRequestsPerSecond } = requestStats().read('app', 5 * MINUTE + 1);
    expect(atMinute).to.equal(5);
    expect(averageRequestsPerSecond).to.deep.equal(Array(1440).fill(-1));
    expect(peakRequestsPerSecond).to.deep.equal(Array(1440).fill(-1));
  });

  it('give the average and the peak of each full minute since the first request', () => {
    const stats = requestStats();
    const start = 10_000 * MINUTE;
    for (const ms of [0, 1, 2, 1_500, 59_999]) stats.count('app', start + ms);
    stats.count('app', start + 2 * MINUTE);
    const { averageRequestsPerSecond, peakRequestsPerSecond } = stats.read('app', start + 3 * MINUTE);
    expect(averageRequestsPerSecond.slice(-4)).to.deep.equal([-1, 5 / 60, 0, 1 / 60]);
    expect(peakRequestsPerSecond.slice(-4)).to.deep.equal([-1, 3, 0, 1]);
  });

  it('leave the minute out that is not over', () => {
    const stats = requestStats();
    stats.count('app', MINUTE);
    expect(stats.read('app', MINUTE + 1).averageRequestsPerSecond.at(-1)).to.equal(-1);
  });

  it('reach back one day', () => {
    const stats = requestStats();
    const start = 10_000 * MINUTE;
    stats.count('app', start);
    const { averageRequestsPerSecond } = stats.read('app', start + 1440 * MINUTE);
    expect(averageRequestsPerSecond[0]).to.equal(1 / 60);
    expect(stats.read('app', start + 1441 * MINUTE).averageRequestsPerSecond[0]).to.equal(0);
  });
});
