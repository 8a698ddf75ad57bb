import { expect } from 'chai';
import { healthProbes } from '../../gateway/health-probes.js';

const admitted = (times: readonly number[]): boolean[] => {
  const probes = healthProbes();
  return times.map((ms) => probes.admit('app', ms));
};

describe('health checks that may touch the store (00-conventions.md 13.1)', () => {
  it('are the first five', () => {
    expect(admitted([0, 0, 0, 0, 0, 0])).to.deep.equal([true, true, true, true, true, false]);
  });

  it('are one more for every full 200 ms since the last admitted one', () => {
    expect(admitted([0, 0, 0, 0, 0, 199, 200, 399, 400])).to.deep.equal([
      ...[true, true, true, true, true],
      ...[false, true, false, true],
    ]);
  });

  it('are never more than five at once', () => {
    expect(admitted([0, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000]).slice(1)).to.deep.equal([
      ...[true, true, true, true, true],
      false,
    ]);
  });

  it('are counted per app', () => {
    const probes = healthProbes();
    for (let i = 0; i < 5; i++) probes.admit('one', 0);
    expect([probes.admit('one', 0), probes.admit('other', 0)]).to.deep.equal([false, true]);
  });
});
