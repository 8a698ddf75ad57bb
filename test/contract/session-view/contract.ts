import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { Session, type SessionState } from '../../../domain/session/session.js';
import { plainStore } from '../../projections/fixture.js';
import { APP, hashOf, type OpenStore, openWorld, type World } from './world.js';

/** The rules of a sessions view, whatever it is kept in (docs/adr/0013-redis-session-view.md). */
export function sessionViewContract(name: string, open: OpenStore): void {
  describe(`sessions view on ${name}`, () => {
    let world: World;

    before(async function () {
      this.timeout(60_000);
      world = await openWorld(open);
      await world.settled();
      const handle = randomUUID();
      world.create(handle);
      await world.settled();
      await world.healed(handle);
    });

    after(() => world?.close());

    it('knows a new session with everything that was told of it', async () => {
      const handle = randomUUID();
      const data = '{"text":"ünï \\u0000 \\ud800 \\"q\\"","big":12345678901234567890,"none":null}';
      world.create(handle, { userId: 'öne', data });
      await world.settled();
      const found = await world.store.view.get(APP, handle);
      expect(found.status).to.equal('known');
      expect(found).to.deep.include({ session: await folded(world, handle) });
      expect(found).to.have.nested.property('session.userDataInDatabase', data);
    });

    it('knows what became of a session', async () => {
      const handle = randomUUID();
      world.create(handle);
      world.rotate(handle, 'second');
      world.reuse(handle);
      world.setData(handle, `{"long":"${'x'.repeat(70_000)}"}`);
      await world.settled();
      const found = await world.store.view.get(APP, handle);
      expect(found).to.have.nested.property('session.refreshTokenHash2', hashOf('second'));
      expect(found).to.deep.include({ status: 'known', session: await folded(world, handle) });
    });

    it('shows no session that was revoked', async () => {
      const handle = randomUUID();
      world.create(handle);
      await world.settled();
      world.revoke(handle);
      await world.settled();
      expect((await world.find(handle)).status).to.not.equal('alive');
    });

    it('has its streams asked for sessions that it does not know', async () => {
      const before = world.streamReads();
      expect(await world.find(randomUUID())).to.deep.equal({ status: 'none' });
      expect(world.streamReads()).to.equal(before + 1);
    });

    it('shows no session to another incarnation of its tenant', async () => {
      const handle = randomUUID();
      world.create(handle);
      await world.settled();
      expect(await world.find(handle, 'tenant2')).to.deep.equal({ status: 'none' });
    });

    it('does not show the sessions of a deleted user, revoked or not, and shows those of others', async () => {
      const [gone, kept] = [randomUUID(), randomUUID()];
      world.create(gone, { userId: 'leaving' });
      world.create(kept, { userId: 'staying' });
      world.deleteUser('leaving');
      await world.settled();
      expect(await world.store.view.get(APP, gone)).to.not.have.nested.property('session.status', 'alive');
      expect(await world.store.view.get(APP, kept)).to.have.nested.property('session.status', 'alive');
    });

    it('agrees with the stream at every moment of any history', async function () {
      this.timeout(60_000);
      const step = fc.constantFrom('rotate', 'setData', 'reuse', 'look');
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, revoked) => {
          const handle = randomUUID();
          world.create(handle);
          for (const [index, what] of steps.entries()) {
            if (what === 'rotate') world.rotate(handle, `token ${index}`);
            else if (what === 'setData') world.setData(handle, `{"index":${index}}`);
            else if (what === 'reuse') world.reuse(handle);
            else {
              await world.settled();
              expect(await world.find(handle)).to.deep.include(await folded(world, handle));
            }
          }
          if (revoked) world.revoke(handle);
          await world.settled();
          const found = await world.find(handle);
          if (revoked) expect(found.status).to.not.equal('alive');
          else expect(found).to.deep.include(await folded(world, handle));
        }),
        { numRuns: 40 },
      );
    });
  });
}

/** What the view should know of a session. */
async function folded(world: World, handle: string): Promise<object> {
  const read = await world.log.readStream(`session-${APP}.${handle}`);
  const events = read.found ? await plainStore.decode([...read.events]) : [];
  const state = (events as readonly unknown[] as Parameters<typeof Session.evolve>[1][]).reduce<SessionState>(
    Session.evolve,
    Session.initial,
  );
  const { primaryUserId, reuseDetected, revokedFor, owner, ...kept } = state as unknown as Record<string, unknown>;
  return kept;
}
