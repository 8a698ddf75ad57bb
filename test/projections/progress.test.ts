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

  it('is behind what somebody else missed, until it has passed that', () => {
    const board = progressBoard();
    board.passed('a', 3n);
    board.missed('a', 7n);
    expect(board.isBehind('a')).to.equal(true);
    board.passed('a', 6n);
    expect(board.isBehind('a')).to.equal(true);
    board.passed('a', 7n);
    expect(board.isBehind('a')).to.equal(false);
  });

  it('is not behind what it has passed already', () => {
    const board = progressBoard();
    board.passed('a', 7n);
    board.missed('a', 7n);
    expect(board.isBehind('a')).to.equal(false);
    expect(board.behind().size).to.equal(0);
  });

  it('keeps the furthest of what was missed, in whichever order that is told', () => {
    const board = progressBoard();
    board.missed('a', 9n);
    board.missed('a', 4n);
    board.passed('a', 5n);
    expect([...board.behind()]).to.deep.equal([['a', 9n]]);
  });

  it('tells which views are behind, by what was missed here and elsewhere', async () => {
    const board = progressBoard();
    board.passed('here', 1n);
    board.passed('fine', 9n);
    await board.waitFor(['here', 'fine'], 5n, 0);
    board.missed('elsewhere', 8n);
    expect(board.behind()).to.deep.equal(
      new Map([
        ['here', 5n],
        ['elsewhere', 8n],
      ]),
    );
  });

  it('has noted a miss by the time the waiter is told', async () => {
    const board = progressBoard();
    const told = board.waitFor(['a'], 5n, 0).then(() => [...board.behind()]);
    expect(await told).to.deep.equal([['a', 5n]]);
  });

  it('calls back for every step forward and for nothing else, until told to end', () => {
    const board = progressBoard();
    const heard: [string, bigint][] = [];
    const end = board.onPassed((view, position) => heard.push([view, position]));
    board.passed('a', 5n);
    board.passed('a', 5n);
    board.passed('a', 4n);
    board.missed('a', 9n);
    board.passed('b', 1n);
    end();
    board.passed('a', 6n);
    expect(heard).to.deep.equal([
      ['a', 5n],
      ['b', 1n],
    ]);
  });

  it('has moved by the time it calls back, and a listener may end itself', () => {
    const board = progressBoard();
    const heard: bigint[] = [];
    const ends = [1, 2].map(() => {
      const end: () => void = board.onPassed((view) => {
        heard.push(board.position(view));
        end();
      });
      return end;
    });
    board.passed('a', 5n);
    board.passed('a', 6n);
    expect(ends).to.have.length(2);
    expect(heard).to.deep.equal([5n, 5n]);
  });
});
