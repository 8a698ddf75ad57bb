import { expect } from 'chai';
import { lagWatch } from '../../projections/runner/lag.js';

describe('lag watch', () => {
  it('a view that passes every end in time is never behind', () => {
    const watch = lagWatch(['users']);
    for (let second = 0; second < 10; second++) watch.observe(second * 1_000, BigInt(second + 1), () => BigInt(second));
    expect(watch.behindFor(2_000)).to.deep.equal([]);
  });

  it('a view that does not move is behind since the first end that it had not passed', () => {
    const watch = lagWatch(['users', 'sessions']);
    for (const now of [0, 1_000, 2_000, 5_000])
      watch.observe(now, 10n + BigInt(now), (view) => (view === 'users' ? 9n : 10n + BigInt(now)));
    expect(watch.behindFor(5_000)).to.deep.equal([]);
    expect(watch.behindFor(4_999)).to.deep.equal(['users']);
  });

  it('a view that catches up is not behind any more', () => {
    const watch = lagWatch(['users']);
    watch.observe(0, 10n, () => 9n);
    watch.observe(10_000, 10n, () => 9n);
    expect(watch.behindFor(5_000)).to.deep.equal(['users']);
    watch.observe(11_000, 10n, () => 10n);
    expect(watch.behindFor(0)).to.deep.equal([]);
  });

  it('a view that moves, but not as fast as the log, is behind its last goal only', () => {
    const watch = lagWatch(['users']);
    watch.observe(0, 10n, () => 9n);
    watch.observe(6_000, 100n, () => 50n);
    expect(watch.behindFor(5_000)).to.deep.equal([]);
  });
});
