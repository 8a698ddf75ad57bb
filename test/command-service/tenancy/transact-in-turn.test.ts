import { expect } from 'chai';
import type { CommandContext } from '../../../command-service/command.js';
import { transactInTurn } from '../../../command-service/tenancy/transact-in-turn.js';
import type { Tx } from '../../../command-service/unit-of-work.js';

/** A context whose transactions do nothing but run their body. */
function contextOf(tenancyTurns: Map<string, Promise<void>>): CommandContext {
  const transact = <R>(body: (tx: Tx) => Promise<R>) => body({} as Tx);
  return { memory: { tenancyTurns }, transact } as unknown as CommandContext;
}

/** A promise and the functions that settle it. */
function gate() {
  let open = () => {};
  let fail = (_error: Error) => {};
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { passed, open: () => open(), fail: (error: Error) => fail(error) };
}

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('decisions on tenancy take turns (10-multitenancy.md 13)', () => {
  let turns: Map<string, Promise<void>>;
  let started: string[];

  beforeEach(() => {
    turns = new Map();
    started = [];
  });

  function run(cud: string, appId: string, name: string, until: Promise<void>): Promise<string> {
    return transactInTurn(contextOf(turns), { cud, appId }, async () => {
      started.push(name);
      await until;
      return name;
    });
  }

  it('the next one on an app waits for the one before, and one on another app does not', async () => {
    const [first, second] = [gate(), gate()];
    const both = Promise.all([
      run('', 'a1', 'first', first.passed),
      run('', 'a1', 'second', second.passed),
      run('', 'a2', 'other', Promise.resolve()),
    ]);
    await soon();
    expect(started).to.have.members(['first', 'other']);
    first.open();
    await soon();
    expect(started).to.include('second');
    second.open();
    expect(await both).to.deep.equal(['first', 'second', 'other']);
  });

  it('apps of one connection URI domain share their turns', async () => {
    const first = gate();
    const both = Promise.all([run('c.test', 'a1', 'first', first.passed), run('c.test', 'a2', 'second', first.passed)]);
    await soon();
    expect(started).to.deep.equal(['first']);
    first.open();
    await both;
  });

  it('one that fails does not hold up the next, and nothing is left behind', async () => {
    const first = gate();
    const failing = run('', 'a1', 'first', first.passed).catch((error: Error) => error.message);
    const next = run('', 'a1', 'second', Promise.resolve());
    first.fail(new Error('broken'));
    expect(await failing).to.equal('broken');
    expect(await next).to.equal('second');
    expect(turns.size).to.equal(0);
  });
});
