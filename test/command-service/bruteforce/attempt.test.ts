import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LRUCache } from 'lru-cache';
import { forgetOldSignInFailures } from '../../../cli/jobs/jobs.js';
import { openStores, type Stores } from '../../../cli/service/stores.js';
import { isBlocked, settle } from '../../../command-service/bruteforce/attempt.js';
import {
  type CommandContext,
  type CommandDeps,
  command,
  localCommandBus,
  runCommand,
} from '../../../command-service/command.js';
import { unitOfWork } from '../../../command-service/unit-of-work.js';
import type { SignInProtection } from '../../../domain/bruteforce/policy.js';
import { accountFailuresStream, sourceFailuresStream } from '../../../domain/bruteforce/sign-in-failures.js';
import { annalsSettings } from '../../../infra/config/annals-settings.js';

const MINUTE = 60_000;
const T0 = 1_700_000_000_000;
const protection: SignInProtection = {
  accountFailures: 2,
  sourceFailures: 5,
  windowMs: 10 * MINUTE,
  backoffMs: MINUTE,
  maxBackoffMs: 5 * MINUTE,
};
const target = { cud: '', appId: 'public', tenantId: 'public', appKey: 'public', tenantKey: 'public' };
const meta = { correlationId: 'c', actor: 'anonymous' };

describe('attempts to sign in, on a log (docs/brute-force.md)', () => {
  let folder: string;
  let stores: Stores;
  let now = T0;
  let deps: CommandDeps;
  let refusals: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'annals-brute-force-'));
    const loaded = annalsSettings({ ANNALS_DATA_DIR: folder });
    if (loaded.status !== 'OK') throw new Error(loaded.message);
    stores = await openStores(loaded.settings, () => now);
    deps = {
      unitOfWork: unitOfWork({
        store: stores.store,
        cache: new LRUCache({ max: 100 }),
        random: () => 0,
        sleep: async () => {},
        clock: () => 0,
      }),
      store: stores.store,
      now: () => now,
      signInProtection: protection,
      deleteStream: (stream: string) => stores.log.delete(stream),
      onSignInRefused: (why: string) => refusals.push(why),
    } as unknown as CommandDeps;
  });

  beforeEach(() => {
    refusals = [];
  });

  after(async () => {
    await stores?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function within<R>(body: (context: CommandContext) => Promise<R>): Promise<R> {
    const attempted = command<undefined, R>('Attempt', (context) => body(context));
    return (await runCommand(deps, attempted, undefined, meta)).result;
  }

  const attemptOn = (email: string, source: string | null = null) => ({ target, email, source });
  const fail = (email: string, source: string | null = null) =>
    within((context) => settle(context, attemptOn(email, source), { fits: false, userId: null }));
  const succeed = (email: string) =>
    within((context) => settle(context, attemptOn(email), { fits: true, userId: 'u' }));
  const blocks = (email: string) => within((context) => isBlocked(context, attemptOn(email)));
  const accountName = (email: string) => stores.store.streamName(accountFailuresStream('public', 'public', email));

  it('are let in again once the back-off is over, which doubles with the next failure', async () => {
    await fail('a@x.test');
    await fail('a@x.test');
    expect(await blocks('a@x.test')).to.equal(true);
    now += MINUTE;
    expect(await blocks('a@x.test')).to.equal(false);
    await fail('a@x.test');
    now += 2 * MINUTE - 1;
    expect(await blocks('a@x.test')).to.equal(true);
    now += 1;
    expect(await blocks('a@x.test')).to.equal(false);
    expect(await succeed('a@x.test')).to.equal(true);
    await fail('a@x.test');
    expect(await blocks('a@x.test')).to.equal(false);
    expect(refusals).to.deep.equal(['failed', 'failed', 'blocked', 'failed', 'blocked', 'failed']);
  });

  it('that end in a block are refused although the password fits, and are not counted', async () => {
    await fail('b@x.test');
    await fail('b@x.test');
    const written = await stores.store.streamState(accountName('b@x.test'));
    expect(await succeed('b@x.test')).to.equal(false);
    expect(await fail('b@x.test')).to.equal(false);
    expect(await stores.store.streamState(accountName('b@x.test'))).to.equal(written);
    expect(refusals).to.deep.equal(['failed', 'failed', 'blocked', 'blocked']);
  });

  it('write nothing when they succeed at once', async () => {
    expect(await succeed('clean@x.test')).to.equal(true);
    expect(await stores.store.streamState(accountName('clean@x.test'))).to.equal('no-stream');
  });

  it('leave neither the email nor the source in the log', async () => {
    await fail('secret@x.test', '203.0.113.9');
    const source = stores.store.streamName(sourceFailuresStream('public', '203.0.113.9'));
    const [failed] = (await stores.store.readStream(accountName('secret@x.test'))) ?? [];
    expect(failed?.data).to.deep.equal({
      app: 'public',
      tenant: 'public',
      at: now,
      retention: 'short',
      userId: null,
      sourceStream: source,
    });
    expect(await stores.store.readStream(source)).to.have.length(1);
    expect(`${accountName('secret@x.test')} ${source}`).not.to.match(/secret|203/);
  });

  it('are forgotten by the job once they can change no decision, and not before', async () => {
    await fail('old@x.test');
    const forget = forgetOldSignInFailures({ commands: localCommandBus(deps), uuid: () => 'id' });
    const { signal } = new AbortController();
    now += protection.windowMs;
    await fail('young@x.test');
    now += protection.maxBackoffMs;
    await forget(signal);
    expect(await stores.store.streamState(accountName('old@x.test'))).to.equal(0);
    now += 1;
    await forget(signal);
    expect(await stores.store.streamState(accountName('old@x.test'))).to.equal('no-stream');
    expect(await stores.store.streamState(accountName('young@x.test'))).to.equal(0);
    now += protection.windowMs;
    await forget(signal);
    expect(await stores.store.streamState(accountName('young@x.test'))).to.equal('no-stream');
  });

  it('start from nothing on a stream that was forgotten', async () => {
    await fail('young@x.test');
    expect(await blocks('young@x.test')).to.equal(false);
    await fail('young@x.test');
    expect(await blocks('young@x.test')).to.equal(true);
  });
});
