import { expect } from 'chai';
import { circuitBreaker } from '../../../infra/redis/circuit-breaker.js';

describe('circuit breaker', () => {
  function breakerAt() {
    const clock = { now: 1_000 };
    const breaker = circuitBreaker({ failures: 2, pause: 100, longestPause: 300, now: () => clock.now });
    return { clock, breaker };
  }

  it('lets everybody through until there were so many failures in a row', () => {
    const { breaker } = breakerAt();
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    expect(breaker.allows()).to.equal(true);
    breaker.failed();
    expect(breaker.allows()).to.equal(false);
  });

  it('lets one probe through after each pause, and pauses grow up to a limit', () => {
    const { clock, breaker } = breakerAt();
    breaker.failed();
    breaker.failed();
    const probes: number[] = [];
    for (; clock.now < 2_200; clock.now += 50) {
      while (breaker.allows()) {
        probes.push(clock.now);
        breaker.failed();
      }
    }
    expect(probes).to.deep.equal([1_100, 1_300, 1_600, 1_900]);
  });

  it('lets everybody through again after a success', () => {
    const { clock, breaker } = breakerAt();
    breaker.failed();
    breaker.failed();
    clock.now += 100;
    expect(breaker.allows()).to.equal(true);
    breaker.succeeded();
    expect([breaker.allows(), breaker.allows()]).to.deep.equal([true, true]);
  });
});
