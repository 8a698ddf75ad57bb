import { expect } from 'chai';
import { linkAccounts } from '../../../command-service/accountlinking/link-accounts.js';
import { unlinkAccount } from '../../../command-service/accountlinking/unlink-account.js';
import type { CommandContext, Target } from '../../../command-service/command.js';
import type { Tx } from '../../../command-service/unit-of-work.js';
import { disassociateUser } from '../../../command-service/user/disassociate-user.js';
import { LinkedToPrimary, LoginMethodLinked, UserMadePrimary } from '../../../domain/accountlinking/events.js';
import type { Aggregate, DomainEvent, StreamId } from '../../../domain/event.js';
import { sessionStream } from '../../../domain/session/session.js';
import { userStream } from '../../../domain/user/user.js';
import { APP, AT, fact, P, R, signedUp } from '../../domain/accountlinking/fixtures.js';
import { created, HANDLE } from '../../domain/session/fixtures.js';

const target: Target = { cud: '', appId: 'public', tenantId: 't1', appKey: APP, tenantKey: 't1' };
const OWNER = { recipeUserId: R, subjectUserId: R, primaryUserId: R };
const SESSION = created({ app: APP, tenant: 't1', tenantId: 't1', ...OWNER });

const nameOf = ({ category, path, hashed = [] }: StreamId) => JSON.stringify([category, path, hashed]);

/** A write side in which R has a session, and which appends once and no more: what it has appended by then. */
async function firstAppend(
  of: { readonly r?: readonly DomainEvent[]; readonly p?: readonly DomainEvent[] },
  run: (context: CommandContext) => Promise<unknown>,
): Promise<readonly string[]> {
  const streams = new Map<string, readonly DomainEvent[]>([
    [nameOf(userStream(APP, R)), [signedUp(R, 'r@example.org'), ...(of.r ?? [])]],
    [nameOf(userStream(APP, P)), [signedUp(P, 'p@example.org'), ...(of.p ?? [])]],
    [nameOf(sessionStream(APP, HANDLE)), [SESSION]],
  ]);
  const appended: string[] = [];
  const load = async (aggregate: Aggregate<unknown, DomainEvent>, id: StreamId) =>
    (streams.get(nameOf(id)) ?? []).reduce(aggregate.evolve, aggregate.initial);
  const tx = {
    load,
    create: load,
    append: (_aggregate: unknown, _id: StreamId, events: readonly DomainEvent[]) =>
      appended.push(...events.map(({ type }) => type)),
  } as unknown as Tx;
  const context = {
    now: () => AT,
    sessionIndex: { sessionsOf: async () => [{ handle: HANDLE, tenantKey: 't1' }] },
    async transact(body: (tx: Tx) => Promise<unknown>) {
      if (appended.length > 0) throw new Error('the process was killed');
      return body(tx);
    },
  } as unknown as CommandContext;
  const killed = await run(context).catch((error: Error) => error.message);
  expect(killed).to.equal('the process was killed');
  return appended;
}

describe('sessions end in the append of what ends them, whatever happens to the process after it', () => {
  const primary = [UserMadePrimary(fact(P))];

  it('when their login method is linked (32-users.md 8.5)', async () => {
    const link = { target, recipeUserId: R, primaryUserId: P, onlyCheck: false };
    const appended = await firstAppend({ p: primary }, (context) => linkAccounts.handle(context, link));
    expect(appended).to.include.members(['LinkedToPrimary', 'LoginMethodLinked', 'SessionRevoked']);
  });

  it('when it is unlinked (32-users.md 8.6)', async () => {
    const linked = {
      r: [LinkedToPrimary({ ...fact(R), primaryUserId: P })],
      p: [...primary, LoginMethodLinked({ ...fact(P), recipeUserId: R })],
    };
    const unlink = { target, recipeUserId: R };
    const appended = await firstAppend(linked, (context) => unlinkAccount.handle(context, unlink));
    expect(appended).to.include.members(['UnlinkedFromPrimary', 'LoginMethodUnlinked', 'SessionRevoked']);
  });

  it('when it leaves their tenant (10-multitenancy.md 9.2)', async () => {
    const leave = { target, userId: R };
    const appended = await firstAppend({}, (context) => disassociateUser.handle(context, leave));
    expect(appended).to.include.members(['UserDisassociatedFromTenant', 'SessionRevoked']);
  });
});
