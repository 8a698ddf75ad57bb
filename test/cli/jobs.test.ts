import { expect } from 'chai';
import { forEachApp } from '../../cli/jobs/jobs.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';

const APPS: Readonly<Record<string, readonly string[]>> = { '': ['public', 'a1'], 'shop.test': ['shop'] };

const registry = {
  connectionUriDomains: () => Object.keys(APPS),
  apps: (cud: string) => (APPS[cud] ?? []).map((appKey) => ({ cud, appId: appKey, state: { appKey } })),
} as unknown as TenancyRegistry;

const deps = { registry, uuid: () => 'id' };

describe('jobs per app (00-conventions.md 16)', () => {
  it('take the apps of every connection URI domain, as themselves', async () => {
    const seen: unknown[] = [];
    const run = forEachApp(deps, 'Job', async (appKey, meta) => seen.push([appKey, meta]));
    await run(new AbortController().signal);
    const meta = { correlationId: 'id', actor: 'job:Job' };
    expect(seen).to.deep.equal([
      ['public', meta],
      ['a1', meta],
      ['shop', meta],
    ]);
  });

  it('go on after a failure, and fail in the end', async () => {
    const seen: string[] = [];
    const run = forEachApp(deps, 'Job', async (appKey) => {
      seen.push(appKey);
      if (appKey === 'a1') throw new Error('no');
    });
    const failure = await run(new AbortController().signal).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).to.equal('Job failed for 1 app(s)');
    expect(seen).to.deep.equal(['public', 'a1', 'shop']);
  });

  it('end between two apps when the service stops', async () => {
    const stopping = new AbortController();
    const seen: string[] = [];
    await forEachApp(deps, 'Job', async (appKey) => {
      seen.push(appKey);
      stopping.abort();
    })(stopping.signal);
    expect(seen).to.deep.equal(['public']);
  });
});
