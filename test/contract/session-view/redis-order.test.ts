import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { JsonText } from '../../../domain/json/raw-json.js';
import type { SessionChange, SessionLookup, SessionView } from '../../../infra/ports/session-view.js';
import { openRedisSessionView, type SessionProjection } from '../../../infra/redis/session-view.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { hashOf } from './world.js';

const APP = 'app1';
const LIFETIME = 3_600_000;

describe('changes of sessions in Redis', function () {
  this.timeout(60_000);
  let server: RedisServer;
  let opened: ReturnType<typeof openRedisSessionView>;
  let projection: SessionProjection;
  let view: SessionView;
  let end = 0n;

  before(async () => {
    server = await startRedis();
    opened = openRedisSessionView({
      url: server.url,
      name: 'order',
      version: 1,
      expired: async () => [],
      events: { outage: () => undefined, recovered: () => undefined, voided: () => undefined },
    });
    view = opened.view;
    projection = opened.project({ head: async () => end, passed: () => end });
    const handle = randomUUID();
    for (const until = Date.now() + 15_000; Date.now() < until; await new Promise((go) => setTimeout(go, 50))) {
      await deliver([put(handle)]).catch(() => undefined);
      if ((await view.get(APP, handle)).status === 'known') return;
    }
    throw new Error('the view is not believed');
  });

  after(async () => {
    await projection?.stop();
    opened?.close();
    await server?.remove();
  });

  /** One transaction. */
  function deliver(changes: readonly SessionChange[]): Promise<void> {
    return projection.target.transaction(async ({ tx, saveCheckpoint }) => {
      for (const change of changes) tx.apply(change);
      await saveCheckpoint(++end);
    });
  }

  const put = (handle: string, expiresAt = Date.now() + LIFETIME, subjectUserId = 'u1'): SessionChange => ({
    ...{ kind: 'put', appKey: APP, handle, revision: 0 },
    session: {
      ...{ app: APP, tenant: 't', tenantId: 'public', handle, recipeUserId: 'u1', subjectUserId },
      ...{ refreshTokenHash2: hashOf('0'), prevRefreshTokenHash2: null, refreshTokenRotatedAt: null },
      ...{ expiresAt, timeCreated: 5, useStaticKey: true },
      ...{ userDataInJWT: '{}' as JsonText, userDataInDatabase: '{"v":0}' as JsonText },
    },
  });

  function history(handle: string, kinds: readonly string[], revoked: boolean): SessionChange[] {
    const at = (index: number) => ({ appKey: APP, handle, revision: index + 1 });
    const sets = kinds.map((kind, index): SessionChange => {
      if (kind === 'none') return { kind: 'set', ...at(index), fields: {} };
      if (kind === 'data')
        return { kind: 'set', ...at(index), fields: { userDataInDatabase: `{"v":${index + 1}}` as JsonText } };
      return { kind: 'set', ...at(index), fields: { refreshTokenHash2: hashOf(String(index + 1)) } };
    });
    return [put(handle), ...sets, ...(revoked ? [{ kind: 'remove' as const, ...at(kinds.length) }] : [])];
  }

  /** What the changes come to in their order. */
  function inOrder(changes: readonly SessionChange[]): object {
    let session: object = { status: 'none' };
    for (const change of changes) {
      if (change.kind === 'put') session = { status: 'alive', erased: false, ...change.session };
      if (change.kind === 'set') session = { ...session, ...change.fields };
      if (change.kind === 'remove') session = { status: 'none' };
    }
    return session;
  }

  const sessionOf = (found: SessionLookup): object | undefined =>
    found.status === 'known' ? { ...found.session } : undefined;

  it('in order, each once or again, they are what they come to', async () => {
    const handle = randomUUID();
    const changes = history(handle, ['data', 'hash', 'none', 'data'], false);
    for (const [index, change] of changes.entries()) {
      await deliver([change]);
      await deliver(changes.slice(0, index + 1));
      expect(sessionOf(await view.get(APP, handle))).to.deep.equal(inOrder(changes.slice(0, index + 1)));
    }
  });

  it('in any order and number, they never show what never was or an older state, and end where they end in order', async () => {
    const kinds = fc.array(fc.constantFrom('data', 'hash', 'none'), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.boolean(), fc.infiniteStream(fc.nat()), async (some, revoked, choices) => {
        const handle = randomUUID();
        const changes = history(handle, some, revoked);
        const states = changes.map((_change, index) => inOrder(changes.slice(0, index + 1)));
        const due = new Set(changes.keys());
        let newest = -1;
        while (due.size > 0) {
          const pick = Number(choices.next().value) % changes.length;
          due.delete(pick);
          newest = Math.max(newest, pick);
          await deliver([changes[pick] as SessionChange]);
          const shown = sessionOf(await view.get(APP, handle));
          if (shown) expect(shown).to.deep.equal(states[newest]);
        }
        const shown = sessionOf(await view.get(APP, handle));
        if (revoked) expect(shown).to.deep.equal({ status: 'none' });
        else if (shown) expect(shown).to.deep.equal(states.at(-1));
        else {
          const found = await view.get(APP, handle);
          expect(found.status).to.equal('unknown');
        }
      }),
      { numRuns: 120 },
    );
  });

  describe('what a reader brings back from a stream', () => {
    const folded = (handle: string, revision: number) => {
      const change = put(handle);
      if (change.kind !== 'put') throw new Error('unreachable');
      const more = { primaryUserId: 'u1', reuseDetected: false, revokedFor: null, erased: false };
      return { state: { ...change.session, ...more, status: 'alive' as const }, revision };
    };

    async function missed(handle: string): Promise<NonNullable<(SessionLookup & { status: 'unknown' })['remember']>> {
      const found = await view.get(APP, handle);
      if (found.status !== 'unknown' || !found.remember) throw new Error('expected a miss with a lease');
      return found.remember;
    }

    /** Commands of one connection are done in order, so a look comes after what was remembered. */
    const shown = async (handle: string) => sessionOf(await view.get(APP, handle));

    it('is shown then', async () => {
      const handle = randomUUID();
      (await missed(handle))(folded(handle, 3));
      expect(await shown(handle)).to.include({ status: 'alive', handle });
      await deliver([{ kind: 'set', appKey: APP, handle, revision: 4, fields: { useStaticKey: false } }]);
      expect(await shown(handle)).to.include({ useStaticKey: false });
    });

    it('is refused if the session was revoked meanwhile', async () => {
      const handle = randomUUID();
      const remember = await missed(handle);
      await deliver([{ kind: 'remove', appKey: APP, handle, revision: 4 }]);
      remember(folded(handle, 3));
      expect(await shown(handle)).to.deep.equal({ status: 'none' });
    });

    it('is refused if the session was revoked meanwhile and its tombstone is gone', async () => {
      const handle = randomUUID();
      const remember = await missed(handle);
      await deliver([{ kind: 'remove', appKey: APP, handle, revision: 4 }]);
      await server.command('DEL', `order:{sessions@1}:0:s:${APP}.${handle}`);
      remember(folded(handle, 3));
      expect(await shown(handle)).to.equal(undefined);
    });

    it('is refused if all that was noted is gone and another reader has the lease by now', async () => {
      const handle = randomUUID();
      const remember = await missed(handle);
      await deliver([{ kind: 'remove', appKey: APP, handle, revision: 4 }]);
      await server.command('DEL', `order:{sessions@1}:0:s:${APP}.${handle}`);
      await missed(handle);
      remember(folded(handle, 3));
      expect(await shown(handle)).to.equal(undefined);
    });

    it('is refused if the session has changed meanwhile', async () => {
      const handle = randomUUID();
      const remember = await missed(handle);
      await deliver([{ kind: 'set', appKey: APP, handle, revision: 4, fields: { useStaticKey: false } }]);
      remember(folded(handle, 3));
      expect(await shown(handle)).to.equal(undefined);
    });

    it('is refused if its user was deleted meanwhile', async () => {
      const handle = randomUUID();
      const remember = await missed(handle);
      await deliver([{ kind: 'remove-subject', appKey: APP, subjectUserId: 'u1' }]);
      remember(folded(handle, 0));
      expect(await shown(handle)).to.equal(undefined);
    });

    it("is one reader's to bring", async () => {
      const handle = randomUUID();
      await missed(handle);
      expect(await view.get(APP, handle)).to.deep.equal({ status: 'unknown' });
    });
  });

  it('a parked stream has no row, and nobody brings one back before it is retried', async () => {
    const handle = randomUUID();
    const stream = `session-${APP}.${handle}`;
    await deliver([put(handle)]);
    await projection.target.transaction(({ park }) => park({ stream, position: end, eventType: 'T', error: 'why' }));
    expect(await projection.target.parkedStreams()).to.deep.equal([
      { stream, position: end, eventType: 'T', error: 'why' },
    ]);
    expect(await view.get(APP, handle)).to.deep.equal({ status: 'unknown' });
    await projection.target.transaction(({ unpark }) => unpark(stream));
    expect(await view.get(APP, handle)).to.have.property('remember');
  });

  it('a second projector goes on from where the first one is, and neither overwrites the other', async () => {
    const handle = randomUUID();
    const second = opened.project({ head: async () => end, passed: () => end });
    try {
      for (const until = Date.now() + 10_000; Date.now() < until; await new Promise((go) => setTimeout(go, 20))) {
        if ((await second.target.checkpoint().catch(() => undefined)) !== undefined) break;
      }
      expect(await second.target.checkpoint()).to.equal(end);
      await deliver([put(handle)]);
      const stale = end - 1n;
      const begun: bigint[] = [];
      await second.target.transaction(async ({ tx, standing, saveCheckpoint }) => {
        const { checkpoint } = await standing();
        begun.push(checkpoint);
        if (checkpoint !== stale) return;
        tx.apply({ kind: 'remove', appKey: APP, handle, revision: 9 });
        await saveCheckpoint(stale + 1n);
      });
      expect(begun).to.deep.equal([stale, end]);
      expect(await view.get(APP, handle)).to.have.nested.property('session.status', 'alive');
    } finally {
      await second.stop();
    }
  });

  it('a session goes when its time is over, with what is noted about its user', async () => {
    const handle = randomUUID();
    const subject = randomUUID();
    const expiresAt = Date.now() + LIFETIME;
    await deliver([put(handle, expiresAt, subject)]);
    const time = (key: string) => server.command('PEXPIRETIME', `order:{sessions@1}:${key}`);
    expect(await time(`0:s:${APP}.${handle}`)).to.equal(expiresAt);
    expect(await time(`0:u:${APP}.${subject}`)).to.equal(expiresAt);
    const fields = { expiresAt: expiresAt + LIFETIME };
    await deliver([{ kind: 'set', appKey: APP, handle, revision: 1, fields }]);
    expect(await time(`0:s:${APP}.${handle}`)).to.equal(expiresAt + LIFETIME);
    expect(await time(`0:u:${APP}.${subject}`)).to.equal(expiresAt + LIFETIME);
    await deliver([put(handle, Date.now() - 1, subject)]);
    await deliver([{ kind: 'set', appKey: APP, handle, revision: 2, fields: { expiresAt: Date.now() - 1 } }]);
    expect(await server.command('EXISTS', `order:{sessions@1}:0:s:${APP}.${handle}`)).to.equal(0);
  });

  it('nothing that is kept lives for ever but what is known of the view as a whole', async () => {
    const keys = (await server.command('KEYS', '*')) as string[];
    const forever: string[] = [];
    for (const key of keys) if ((await server.command('PTTL', key)) === -1) forever.push(key);
    expect(forever).to.deep.equal(['order:{sessions@1}:meta']);
  });
});
