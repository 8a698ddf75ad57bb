import { expect } from 'chai';
import { type ReadinessOptions, readinessCheck } from '../../cli/service/readiness.js';

const neverAborts = new AbortController().signal;

/** A readiness check over one view, with a log and a clock that are moved by hand. */
function checkOver(more: Partial<ReadinessOptions> = {}) {
  const world = { now: 0, head: 10n, passed: 10n };
  const readiness = readinessCheck({
    views: ['users'],
    head: async () => world.head,
    passed: () => world.passed,
    parkedStreams: async () => new Map(),
    askKeyring: async () => 0n,
    now: () => world.now,
    ...more,
  });
  return { world, ...readiness };
}

describe('readiness', () => {
  it('has no reasons against it while the views keep up', async () => {
    const { check, world } = checkOver();
    expect((await check()).reasons).to.deep.equal([]);
    world.now = 60_000;
    world.head = 11n;
    expect((await check()).reasons).to.deep.equal([]);
  });

  it('is lost when a view is behind for more than 5 s, and regained when it has caught up', async () => {
    const { check, watch, world } = checkOver();
    world.head = 11n;
    await watch.run(neverAborts);
    world.now = 5_000;
    expect((await check()).reasons).to.deep.equal([]);
    world.now = 5_001;
    expect((await check()).reasons).to.deep.equal(['the view users has been behind the event log for more than 5 s']);
    world.passed = 11n;
    expect((await check()).reasons).to.deep.equal([]);
  });

  it('is lost when the log fails', async () => {
    const { check } = checkOver({ head: () => Promise.reject(new Error('no')) });
    expect((await check()).reasons).to.deep.equal(['the event log does not answer']);
  });

  it('is lost when the views fail', async () => {
    const { check } = checkOver({ parkedStreams: () => Promise.reject(new Error('no')) });
    expect(await check()).to.deep.equal({ reasons: ['the views do not answer'], parked: new Map() });
  });

  it('is lost when the keyring fails', async () => {
    const { check } = checkOver({ askKeyring: () => Promise.reject(new Error('no')) });
    expect((await check()).reasons).to.deep.equal(['the keyring does not answer']);
  });

  it('is kept when streams are parked, which it tells', async () => {
    const { check } = checkOver({ parkedStreams: async () => new Map([['users', 2]]) });
    expect(await check()).to.deep.equal({ reasons: [], parked: new Map([['users', 2]]) });
  });
});
