import { expect } from 'chai';
import {
  EmailChanged,
  EmailPasswordUserSignedUp,
  PasswordResetTokenIssued,
  PasswordResetTokensVoided,
  UserAssociatedWithTenant,
  UserDeleted,
  UserDisassociatedFromTenant,
} from '../../../domain/user/events.js';
import { countActiveUsers } from '../../../query-service/active-users/count-active-users.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { countUsers } from '../../../query-service/users/count-users.js';
import { listUsers } from '../../../query-service/users/list-users.js';
import { loadUser } from '../../../query-service/users/load-users.js';
import { resetTokenOwner } from '../../../query-service/users/reset-token-owner.js';
import { searchUsers } from '../../../query-service/users/search-users.js';
import { userByEmail } from '../../../query-service/users/user-by-email.js';
import { usersByAccountInfo } from '../../../query-service/users/users-by-account-info.js';
import { type Directory, emptyDirectory } from './directory.js';

const APP = 'public';
const TENANT = { appKey: APP, tenantKey: 't1' };
const USER = { app: APP, userId: '6e7a3f52-1c0b-4d0f-9a51-0b7c6d5e4f3a', at: 1 };
const EMAIL = 'ann@example.org';

/** A step that visits every row of a table, or all of an app's. */
const WHOLE_APP = /^SCAN|\(app_key=\?\)/;
/** A step that sorts what a list should find in order. */
const SORTS_ALL = /USE TEMP B-TREE FOR ORDER BY/;

describe('the work of the directory does not grow with the number of users', () => {
  let directory: Directory;
  let deps: QueryDeps;

  beforeEach(async () => {
    directory = await emptyDirectory();
    deps = { directory: directory.db } as unknown as QueryDeps;
    await directory.apply([
      EmailPasswordUserSignedUp({ ...USER, tenant: 't1', email: EMAIL, passwordHash: 'h', cause: 'signup' }),
    ]);
  });

  afterEach(() => directory.db.destroy());

  function expectNoPlanLike(wrong: RegExp): void {
    const plans = directory.plans();
    expect(plans.size, 'no statements recorded: the check would check nothing').to.be.above(1);
    const bad = [...plans].filter(([, steps]) => steps.some((step) => wrong.test(step)));
    expect(bad).to.deep.equal([]);
  }

  it('when events are applied', async () => {
    await directory.apply([
      UserAssociatedWithTenant({ ...USER, tenant: 't2' }),
      UserDisassociatedFromTenant({ ...USER, tenant: 't1' }),
      EmailChanged({ ...USER, oldEmail: EMAIL, newEmail: 'bob@example.org' }),
      PasswordResetTokenIssued({ ...USER, tokenHash: 'hash', email: EMAIL, expiresAt: 2 }),
      PasswordResetTokensVoided({ ...USER, tokenHash: 'hash', cause: 'consumed' }),
      UserDeleted(USER),
    ]);
    expectNoPlanLike(WHOLE_APP);
  });

  it('when one user is looked up', async () => {
    expect(await loadUser(directory.db, APP, USER.userId)).to.not.equal(undefined);
    expect(await userByEmail.answer(deps, { ...TENANT, recipe: 'emailpassword', email: EMAIL })).to.not.equal(null);
    const infos = [{ kind: 'email', value: EMAIL }] as const;
    expect(await usersByAccountInfo.answer(deps, { ...TENANT, infos, union: true })).to.have.length(1);
    await resetTokenOwner.answer(deps, { appKey: APP, tokenHash: 'hash' });
    expectNoPlanLike(WHOLE_APP);
  });

  it('when a page is listed, wherever it starts', async () => {
    for (const order of ['ASC', 'DESC'] as const)
      for (const from of [null, { timeJoined: 0, userId: 'x' }]) {
        await listUsers.answer(deps, { ...TENANT, order, from, limit: 100, recipes: null });
        await listUsers.answer(deps, { ...TENANT, order, from, limit: 100, recipes: ['emailpassword', 'webauthn'] });
      }
    expectNoPlanLike(WHOLE_APP);
    const lists = [...directory.plans()].filter(([sql]) => sql.includes('distinct'));
    expect(lists).to.have.length(8);
    for (const [sql, steps] of lists)
      expect(
        steps.filter((step) => SORTS_ALL.test(step)),
        sql,
      ).to.deep.equal([]);
  });

  it('when users are searched for or counted', async () => {
    const tags = { email: ['ann'], phone: [], provider: [] };
    expect(await searchUsers.answer(deps, { ...TENANT, order: 'ASC', tags })).to.have.length(1);
    expect(await countUsers.answer(deps, { ...TENANT, recipes: null })).to.equal(1);
    expect(await countActiveUsers.answer(deps, { appKey: APP, since: 1 })).to.equal(1);
    expectNoPlanLike(WHOLE_APP);
  });
});
