import { expect } from 'chai';
import type { Kysely } from 'kysely';
import { LinkedToPrimary, UserMadePrimary } from '../../domain/accountlinking/events.js';
import type { DomainEvent } from '../../domain/event.js';
import { TenantRemoved } from '../../domain/tenancy/events.js';
import {
  EmailPasswordUserSignedUp,
  PasswordlessUserSignedUp,
  ThirdPartyUserSignedUp,
  UserAssociatedWithTenant,
  UserDisassociatedFromTenant,
} from '../../domain/user/events.js';
import type { EventStore } from '../../infra/ports/event-store.js';
import { isSqliteFault } from '../../infra/sql/busy.js';
import { openSqlite } from '../../infra/sql/sqlite-database.js';
import { type BookkeepingTables, createBookkeeping, sqlViewTarget } from '../../infra/sql/view-target.js';
import { type DirectoryTables, directoryShapes } from '../../projections/directory/tables.js';
import { directoryView } from '../../projections/directory/view.js';
import { applyBatch, standingOf } from '../../projections/runner/apply.js';
import { digestView } from '../../projections/sql/digest.js';
import { createTables } from '../../projections/sql/table-shape.js';
import type { QueryDeps } from '../../query-service/query.js';
import { countUsers } from '../../query-service/users/count-users.js';
import { listUsers } from '../../query-service/users/list-users.js';
import { loadUser } from '../../query-service/users/load-users.js';
import { usersByAccountInfo } from '../../query-service/users/users-by-account-info.js';
import { collectParked, memoryLog, plainStore } from './fixture.js';

const APP = 'public';
const EMAIL = 'ann@example.org';
const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const user = (index: number) => ({ app: APP, userId: idOf(index), at: index });
const joining = (index: number) => ({ ...user(index), tenant: 't1', email: EMAIL });
const by = { passwordHash: 'h', cause: 'signup' } as const;

const removed = TenantRemoved({ cud: '', appId: APP, appKey: APP, tenantId: 't1', tenantKey: 't1', at: 9 });

/** Users who became members of a tenant after it was removed, in each of the ways to become one. */
const late: readonly DomainEvent[] = [
  EmailPasswordUserSignedUp({ ...joining(0), ...by }),
  EmailPasswordUserSignedUp({ ...joining(5), ...by, tenant: 'public' }),
  UserMadePrimary(user(5)),
  removed,
  EmailPasswordUserSignedUp({ ...joining(1), ...by }),
  ThirdPartyUserSignedUp({ ...joining(2), thirdPartyId: 'google', thirdPartyUserId: 'g-1' }),
  PasswordlessUserSignedUp({ ...joining(3), phoneNumber: null }),
  EmailPasswordUserSignedUp({ ...joining(4), ...by, tenant: 'public' }),
  UserAssociatedWithTenant({ ...user(4), tenant: 't1' }),
  LinkedToPrimary({ ...user(1), primaryUserId: idOf(5) }),
];

/** The same tenant name, made again: another key. */
const again = [UserAssociatedWithTenant({ ...user(1), tenant: 't1~2' })];

type Tables = DirectoryTables & BookkeepingTables;

describe('a membership that comes after its tenant was removed', () => {
  const open: Kysely<Tables>[] = [];

  afterEach(async () => {
    for (const db of open.splice(0)) await db.destroy();
  });

  /** A directory that was built of events of a log, in batches of this size. */
  async function build(events: readonly DomainEvent[], batch = 1): Promise<Kysely<Tables>> {
    const db = openSqlite<Tables>({ file: ':memory:' });
    open.push(db);
    await createBookkeeping(db as never);
    await createTables(db, directoryShapes, '');
    const log = memoryLog();
    for (const { type, data } of events) {
      const { userId } = data as { readonly userId?: string };
      log.add(userId === undefined ? `app-${APP}` : `user-${APP}-${userId}`, type, data as object);
    }
    const target = sqlViewTarget(db, directoryView.name, directoryView.version, isSqliteFault);
    const { parked, onParked } = collectParked();
    const applying = {
      ...{ view: directoryView, target: target as never, onParked },
      store: plainStore as Pick<EventStore, 'decode'>,
    };
    for (let from = 0; from < log.events.length; from += batch) {
      const some = log.events.slice(from, from + batch);
      await applyBatch(applying, { events: some, upTo: some.at(-1)?.position ?? 0n }, await standingOf(target));
    }
    expect(parked).to.deep.equal([]);
    return db;
  }

  const depsOf = (db: Kysely<Tables>) => ({ directory: db }) as unknown as QueryDeps;

  it('is none: nobody is found, listed or counted there', async () => {
    const deps = depsOf(await build(late));
    const tenant = { appKey: APP, tenantKey: 't1' };
    const page = await listUsers.answer(deps, { ...tenant, recipes: null, order: 'ASC', limit: 10, from: null });
    expect(page.users).to.deep.equal([]);
    const infos = [{ kind: 'email', value: EMAIL }] as const;
    expect(await usersByAccountInfo.answer(deps, { ...tenant, infos, union: true })).to.deep.equal([]);
    expect(await countUsers.answer(deps, { ...tenant, recipes: null })).to.equal(0);
  });

  it('leaves the user without it, and with all others', async () => {
    const db = await build([...late, ...again]);
    const tenantsOf = async (index: number) => {
      const found = await loadUser(db as never, APP, idOf(index));
      return found?.loginMethods.map(({ superTokensUserId, tenantIds }) => [superTokensUserId, tenantIds]);
    };
    for (const index of [0, 2, 3]) expect(await tenantsOf(index)).to.deep.equal([[idOf(index), []]]);
    expect(await tenantsOf(4)).to.deep.equal([[idOf(4), ['public']]]);
    expect(await tenantsOf(5)).to.deep.equal([
      [idOf(1), ['t1']],
      [idOf(5), ['public']],
    ]);
  });

  it('counts the user in the app and nowhere else, whatever follows', async () => {
    const count = async (events: readonly DomainEvent[], tenantKey: string | null) =>
      countUsers.answer(depsOf(await build(events)), { appKey: APP, tenantKey, recipes: null });
    expect([await count(late, null), await count(late, 'public'), await count(late, 't1')]).to.deep.equal([5, 2, 0]);
    const left = [...late, UserDisassociatedFromTenant({ ...user(2), tenant: 't1' }), ...again];
    expect([await count(left, null), await count(left, 't1'), await count(left, 't1~2')]).to.deep.equal([5, 0, 1]);
  });

  it('leaves the same view in batches of every size', async () => {
    const events = [...late, ...again];
    const once = await digestView(await build(events), directoryShapes);
    for (let batch = 2; batch <= events.length; batch++)
      expect(await digestView(await build(events, batch), directoryShapes)).to.deep.equal(once);
  });
});
