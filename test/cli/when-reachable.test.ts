import { expect } from 'chai';
import { whenReachable } from '../../cli/service/when-reachable.js';
import { StoreUnavailableError } from '../../infra/ports/store-unavailable.js';
import { silentLogger } from '../support/silent-logger.js';

describe('stores that can not be reached at start (00-conventions.md 15)', () => {
  /** Runs something that fails some times first, on a clock that only sleeping moves. */
  async function started(failures: number, failure = () => new Error('no') as Error) {
    let time = 0;
    let runs = 0;
    const warnings: string[] = [];
    const result = await whenReachable(
      async () => {
        if (runs++ < failures) throw failure();
        return 'up';
      },
      {
        logger: { ...silentLogger, warn: (_fields, message) => warnings.push(message) },
        sleep: async (ms) => {
          time += ms;
        },
        clock: () => time,
      },
    ).catch((error: Error) => error);
    return { result, runs, time, warnings };
  }
  const unreachable = () => new StoreUnavailableError('nobody there');

  it('are tried again every 10 s, with a line in the log each time', async () => {
    const { result, time, warnings } = await started(3, unreachable);
    expect([result, time]).to.deep.equal(['up', 30_000]);
    expect(warnings).to.deep.equal(Array(3).fill('a store can not be reached; trying again'));
  });

  it('are given up after an hour', async () => {
    const { result, time } = await started(Number.POSITIVE_INFINITY, unreachable);
    expect(result).to.be.instanceOf(StoreUnavailableError);
    expect(time).to.equal(3_600_000);
  });

  it('any other failure ends the start at once', async () => {
    const { result, runs, time } = await started(1);
    expect(result).to.be.instanceOf(Error);
    expect([runs, time]).to.deep.equal([1, 0]);
  });
});
