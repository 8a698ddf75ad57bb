import { expect } from 'chai';
import type { DomainEvent } from '../../../domain/event.js';
import { TenantRemoved } from '../../../domain/tenancy/events.js';
import {
  EmailPasswordUserSignedUp,
  PasswordResetTokenIssued,
  UserAssociatedWithTenant,
  UserDeleted,
  UserDisassociatedFromTenant,
} from '../../../domain/user/events.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { countUsers } from '../../../query-service/users/count-users.js';
import type { ListPlace, TimeJoinedOrder } from '../../../query-service/users/list-order.js';
import { listUsers } from '../../../query-service/users/list-users.js';
import { resetTokenOwner } from '../../../query-service/users/reset-token-owner.js';
import { MAX_FOUND, searchUsers } from '../../../query-service/users/search-users.js';
import type { UserRecord } from '../../../query-service/users/user-record.js';
import { type Directory, emptyDirectory } from './directory.js';

const T0 = 1_700_000_000_000;
const APP = 'public';
const TENANT = { appKey: APP, tenantKey: 't1' };
const none: readonly string[] = [];

const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

function signedUp(index: number, email: string, at = T0 + index, tenant = 't1'): DomainEvent {
  return EmailPasswordUserSignedUp({
    ...{ app: APP, userId: idOf(index), tenant, email, passwordHash: 'h', cause: 'signup', at },
  });
}

describe('lists of users (32-users.md 4)', () => {
  let directory: Directory;
  let deps: QueryDeps;

  beforeEach(async () => {
    directory = await emptyDirectory();
    deps = { directory: directory.db } as unknown as QueryDeps;
  });

  afterEach(() => directory.db.destroy());

  const idsOf = (users: readonly UserRecord[]) => users.map((user) => user.id);
  const page = (order: TimeJoinedOrder, limit: number, from: ListPlace | null) =>
    listUsers.answer(deps, { ...TENANT, order, limit, from, recipes: null });

  for (const order of ['ASC', 'DESC'] as const)
    it(`case 9: those of equal time are listed by id descending, page by page (${order})`, async () => {
      await directory.apply([1, 3, 2].map((index) => signedUp(index, `u${index}@x`, T0)));
      await directory.apply([signedUp(4, 'u4@x', T0 + 1), signedUp(0, 'u0@x', T0 - 1)]);
      const visited: string[] = [];
      let from: ListPlace | null = null;
      do {
        const { users, next }: Awaited<ReturnType<typeof page>> = await page(order, 1, from);
        visited.push(...idsOf(users));
        from = next;
      } while (from);
      const expected = order === 'ASC' ? [0, 3, 2, 1, 4] : [4, 3, 2, 1, 0];
      expect(visited).to.deep.equal(expected.map(idOf));
    });

  it('a page may start behind a user who is gone', async () => {
    await directory.apply([1, 2, 3].map((index) => signedUp(index, `u${index}@x`)));
    const { users } = await page('ASC', 10, { timeJoined: T0 + 1, userId: idOf(0) });
    expect(idsOf(users)).to.deep.equal([idOf(2), idOf(3)]);
  });

  describe('search', () => {
    const search = (email: readonly string[], order: TimeJoinedOrder = 'ASC') =>
      searchUsers.answer(deps, { ...TENANT, order, tags: { email, phone: none, provider: none } });

    it('gathers few matches, and answers with the first in order', async () => {
      await directory.apply(Array.from({ length: MAX_FOUND + 5 }, (_, index) => signedUp(index, `a${index}@x`)));
      const oldest = await search(['a']);
      expect([oldest.length, oldest[0]?.id]).to.deep.equal([MAX_FOUND, idOf(0)]);
      const newest = await search(['a'], 'DESC');
      expect([newest.length, newest[0]?.id]).to.deep.equal([MAX_FOUND, idOf(MAX_FOUND + 4)]);
    });

    it('walks the list for many, with the same answer', async () => {
      await directory.apply(
        Array.from({ length: 12_000 }, (_, index) => signedUp(index, `${index % 6 ? 'a' : 'b'}${index}@example.org`)),
      );
      const expected = Array.from({ length: 12_000 }, (_, index) => index).filter((index) => index % 6);
      expect(idsOf(await search(['a', 'exam']))).to.deep.equal(
        Array.from({ length: MAX_FOUND }, (_, index) => idOf(index)),
      );
      expect(idsOf(await search(['exa'], 'DESC'))[0]).to.equal(idOf(11_999));
      expect(idsOf(await search(['a', 'b1']))).to.have.length(MAX_FOUND);
      expect(idsOf(await search(['a']))).to.deep.equal(expected.slice(0, MAX_FOUND).map(idOf));
    }).timeout(30_000);
  });

  describe('counts', () => {
    const count = (tenantKey: string | null) => countUsers.answer(deps, { appKey: APP, tenantKey, recipes: null });
    const rows = () => directory.db.selectFrom('user_counts').selectAll().execute();

    it('follow joining, leaving, deletion, and the removal of a tenant', async () => {
      const move = { app: APP, userId: idOf(1), tenant: 't2', at: T0 };
      await directory.apply([signedUp(1, 'a@x'), signedUp(2, 'b@x'), UserAssociatedWithTenant(move)]);
      expect([await count('t1'), await count('t2'), await count(null)]).to.deep.equal([2, 1, 2]);
      await directory.apply([UserDisassociatedFromTenant(move)]);
      expect([await count('t1'), await count('t2'), await count(null)]).to.deep.equal([2, 0, 2]);
      await directory.apply([UserDeleted({ app: APP, userId: idOf(2), at: T0 })]);
      expect([await count('t1'), await count(null)]).to.deep.equal([1, 1]);
      await directory.apply([
        TenantRemoved({ cud: '', appId: APP, appKey: APP, tenantId: 't1', tenantKey: 't1', at: T0 }),
      ]);
      expect([await count('t1'), await count(null)]).to.deep.equal([0, 1]);
    });

    it('stay as they are when an event comes twice', async () => {
      const move = { app: APP, userId: idOf(1), tenant: 't2', at: T0 };
      const events = [signedUp(1, 'a@x'), UserAssociatedWithTenant(move)];
      await directory.apply(events);
      const before = await rows();
      await directory.apply(events);
      expect(await rows()).to.deep.equal(before);
      const gone = UserDeleted({ app: APP, userId: idOf(1), at: T0 });
      await directory.apply([gone, gone]);
      expect(await rows()).to.deep.equal([]);
    });
  });

  it('a user who was deleted leaves the same view as one who was erased before it was built', async () => {
    const history = [
      signedUp(1, 'a@x'),
      UserAssociatedWithTenant({ app: APP, userId: idOf(1), tenant: 't2', at: T0 }),
      PasswordResetTokenIssued({
        ...{ app: APP, userId: idOf(1), tokenHash: 'hash', email: 'a@x', expiresAt: T0 + 1, at: T0 },
      }),
    ];
    const deleted = UserDeleted({ app: APP, userId: idOf(1), at: T0 });
    await directory.apply([...history, deleted]);
    const rebuilt = await emptyDirectory();
    await rebuilt.apply(history, { erased: true });
    await rebuilt.apply([deleted]);
    const tables = ['users', 'login_methods', 'memberships', 'user_counts', 'reset_tokens', 'last_active'] as const;
    for (const table of tables)
      expect(await directory.db.selectFrom(table).selectAll().execute(), table).to.deep.equal(
        await rebuilt.db.selectFrom(table).selectAll().execute(),
      );
    await rebuilt.db.destroy();
  });

  it('reset tokens that nobody presented are forgotten an hour after they expired', async () => {
    const issue = (tokenHash: string, at: number) =>
      PasswordResetTokenIssued({ app: APP, userId: idOf(1), tokenHash, email: 'a@x', expiresAt: at + 10, at });
    const owner = (tokenHash: string) => resetTokenOwner.answer(deps, { appKey: APP, tokenHash });
    await directory.apply([issue('old', T0), issue('later', T0 + 3_600_010)]);
    expect(await owner('old')).to.equal(idOf(1));
    await directory.apply([issue('latest', T0 + 3_600_011)]);
    expect([await owner('old'), await owner('later')]).to.deep.equal([null, idOf(1)]);
  });
});
