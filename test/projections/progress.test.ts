import { expect } from 'chai';
import { BEGINNING } from '../../infra/ports/event-log.js';
import { progressBoard } from '../../projections/runner/progress.js';

const LONG = 60_000;

describe('the progress board (design.md, "One write, from HTTP to answer", step 4)', () => {
  it('does not wait for a position that has been passed', async () => {
    const board = progressBoard();
    board.passed('a', 5n);
    expect(await board.waitFor(['a'], 5n, 0)).to.equal(true);
    expect(await board.waitFor(['a'], 4n, 0)).to.equal(true);
  });

  it('does not wait for no views', async () => {
    expect(await progressBoard().waitFor([], 5n, 0)).to.equal(true);
  });

  it('releases a waiter once its position is passed, and not before', async () => {
    const board = progressBoard();
    let released = false;
    const waiting = board.waitFor(['a'], 5n, LONG).then((passed) => {
      released = true;
      return passed;
    });
    board.passed('a', 4n);
    await Promise.resolve();
    expect(released).to.equal(false);
    board.passed('a', 9n);
    expect(await waiting).to.equal(true);
  });

  it('waits for the slowest of several views', async () => {
    const board = progressBoard();
    board.passed('a', 5n);
    const waiting = board.waitFor(['a', 'b', 'c'], 5n, LONG);
    board.passed('c', 5n);
    board.passed('b', 5n);
    expect(await waiting).to.equal(true);
  });

  it('gives up after the time-out, and the view counts as behind until it has passed what was missed', async () => {
    const board = progressBoard();
    board.passed('b', 7n);
    expect(await board.waitFor(['a', 'b'], 7n, 0)).to.equal(false);
    expect(board.isBehind('a')).to.equal(true);
    expect(board.isBehind('b')).to.equal(false);
    board.passed('a', 6n);
    expect(board.isBehind('a')).to.equal(true);
    board.passed('a', 7n);
    expect(board.isBehind('a')).to.equal(false);
  });

  it('a waiter that gave up does not stop others from being released', async () => {
    const board = progressBoard();
    const patient = board.waitFor(['a'], 3n, LONG);
    expect(await board.waitFor(['a'], 3n, 0)).to.equal(false);
    board.passed('a', 3n);
    expect(await patient).to.equal(true);
  });

  it('never goes back', () => {
    const board = progressBoard();
    expect(board.position('a')).to.equal(BEGINNING);
    board.passed('a', 5n);
    board.passed('a', 3n);
    expect(board.position('a')).to.equal(5n);
  });
});
