import { expect } from 'chai';
import { freshness } from '../../../infra/redis/freshness.js';

const SERVER = 1_000_000;

describe('how long rows in Redis may be believed', () => {
  function make() {
    const state = { now: 0, head: 10n, passed: 0n };
    const fresh = freshness({ head: async () => state.head, passed: () => state.passed, now: () => state.now });
    return { state, fresh };
  }

  it('not at all before the view has reached the end that the log had', async () => {
    const { state, fresh } = make();
    fresh.told(SERVER);
    await fresh.look();
    expect(fresh.until()).to.be.below(SERVER);
    state.passed = 10n;
    await fresh.look();
    expect(fresh.until()).to.equal(SERVER + 1_000);
  });

  it('from a moment that Redis has told, so that a word that comes late is void', async () => {
    const { state, fresh } = make();
    state.passed = 10n;
    fresh.told(SERVER);
    await fresh.look();
    state.now = 900;
    expect(fresh.until()).to.equal(SERVER + 1_000);
  });

  it('no longer once the view trails behind the log', async () => {
    const { state, fresh } = make();
    state.passed = 10n;
    fresh.told(SERVER);
    await fresh.look();
    state.head = 11n;
    state.now = 1_001;
    fresh.told(SERVER + 1_001);
    await fresh.look();
    expect(fresh.until()).to.be.below(SERVER);
    state.passed = 11n;
    await fresh.look();
    expect(fresh.until()).to.equal(SERVER + 2_001);
  });

  it('it is surely over only after the last word, and that of a predecessor, has run out', async () => {
    const { state, fresh } = make();
    expect(fresh.isSurelyOver()).to.equal(false);
    state.now = 1_251;
    expect(fresh.isSurelyOver()).to.equal(true);
    state.passed = 10n;
    fresh.told(SERVER);
    await fresh.look();
    fresh.until();
    expect(fresh.isSurelyOver()).to.equal(false);
    state.now += 1_251;
    expect(fresh.isSurelyOver()).to.equal(true);
  });
});
