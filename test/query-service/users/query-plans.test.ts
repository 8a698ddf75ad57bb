import { expect } from 'chai';
import {
  LinkedToPrimary,
  PrimaryLoginMethodDeleted,
  PrimaryUserDemoted,
  UnlinkedFromPrimary,
  UserMadePrimary,
} from '../../../domain/accountlinking/events.js';
import {
  EmailUnverified,
  EmailVerificationForgotten,
  EmailVerificationTokenIssued,
  EmailVerificationTokensVoided,
  EmailVerified,
} from '../../../domain/emailverification/events.js';
import {
  PasswordlessCodeAttemptFailed,
  PasswordlessCodeIssued,
  PasswordlessCodeRevoked,
  PasswordlessDeviceCreated,
  PasswordlessDeviceDiscarded,
} from '../../../domain/passwordless/events.js';
import {
  EmailChanged,
  EmailPasswordUserSignedUp,
  PasswordlessContactsChanged,
  PasswordlessUserSignedUp,
  PasswordResetTokenIssued,
  PasswordResetTokensVoided,
  ThirdPartyUserSignedUp,
  UserAssociatedWithTenant,
  UserDeleted,
  UserDisassociatedFromTenant,
} from '../../../domain/user/events.js';
import { thirdPartyInfo } from '../../../domain/user/login-method.js';
import { ExternalUserIdInfoChanged, UserIdMapped, UserIdUnmapped } from '../../../domain/useridmapping/events.js';
import { countActiveUsers } from '../../../query-service/active-users/count-active-users.js';
import { isEmailVerified } from '../../../query-service/emailverification/is-email-verified.js';
import { verificationTokenOwner } from '../../../query-service/emailverification/verification-token-owner.js';
import { deviceOfCode } from '../../../query-service/passwordless/device-of-code.js';
import { passwordlessDevices } from '../../../query-service/passwordless/devices.js';
import type { QueryDeps } from '../../../query-service/query.js';
import { userIdMapping } from '../../../query-service/useridmapping/user-id-mapping.js';
import { countUsers } from '../../../query-service/users/count-users.js';
import { listUsers } from '../../../query-service/users/list-users.js';
import { loadUser } from '../../../query-service/users/load-users.js';
import { resetTokenOwner } from '../../../query-service/users/reset-token-owner.js';
import { searchUsers } from '../../../query-service/users/search-users.js';
import { thirdPartyUsersByEmail } from '../../../query-service/users/third-party-users-by-email.js';
import { userByAccountInfo } from '../../../query-service/users/user-by-account-info.js';
import { userByEmail } from '../../../query-service/users/user-by-email.js';
import { usersByAccountInfo } from '../../../query-service/users/users-by-account-info.js';
import { type Directory, emptyDirectory } from './directory.js';

const APP = 'public';
const TENANT = { appKey: APP, tenantKey: 't1' };
const USER = { app: APP, userId: '6e7a3f52-1c0b-4d0f-9a51-0b7c6d5e4f3a', at: 1 };
const EMAIL = 'ann@example.org';
const OTHERS = ['6e7a3f52-1c0b-4d0f-9a51-000000000001', '6e7a3f52-1c0b-4d0f-9a51-000000000002'] as const;

const key = { app: APP, keyName: USER.userId, at: 1 };
const pair = { ...key, userId: 'ext', email: EMAIL };
const knownAndMapped = [
  UserIdMapped({ ...USER, externalUserId: 'ext', info: null, forced: false }),
  EmailVerified({ ...pair, cause: 'token' }),
  EmailVerificationTokenIssued({ ...pair, tenant: 't1', tokenHash: 'hash', expiresAt: 2 }),
];

const [LINKED] = OTHERS;
const link = { ...USER, userId: LINKED, primaryUserId: USER.userId };
const linkedAndUnlinked = [
  EmailPasswordUserSignedUp({ ...link, tenant: 't1', email: EMAIL, passwordHash: 'h', cause: 'signup' }),
  UserMadePrimary(USER),
  LinkedToPrimary(link),
  UnlinkedFromPrimary(link),
  PrimaryUserDemoted(USER),
  PrimaryLoginMethodDeleted(USER),
];

/** A step that visits every row of a table, or all of an app's. */
const WHOLE_APP = /^SCAN|\(app_key=\?\)/;
/** A step that sorts what a list should find in order. */
const SORTS_ALL = /USE TEMP B-TREE FOR ORDER BY/;

describe('the work of the directory does not grow with the number of users', () => {
  let directory: Directory;
  let deps: QueryDeps;

  beforeEach(async () => {
    directory = await emptyDirectory();
    deps = { directory: directory.db, progress: { isBehind: () => false } } as unknown as QueryDeps;
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
      ...knownAndMapped,
      ...linkedAndUnlinked,
      EmailUnverified({ ...pair, cause: 'request' }),
      EmailVerificationTokensVoided({ ...key, tokenHashes: ['hash'], cause: 'consumed' }),
      EmailVerificationForgotten({ ...key, cause: 'user-deleted', destroysKey: false }),
      ExternalUserIdInfoChanged({ ...USER, info: null }),
      UserIdUnmapped({ ...USER, cause: 'request' }),
      UserDeleted(USER),
    ]);
    expectNoPlanLike(WHOLE_APP);
  });

  it('when users come by code or by third party, and logins by code come and go', async () => {
    const contacts = { email: EMAIL, phoneNumber: '+442071838750' };
    const account = { thirdPartyId: 'google', thirdPartyUserId: 'g-1' };
    const facts = { app: APP, tenant: 't1', deviceIdHash: 'hash', at: 1 };
    await directory.apply([
      PasswordlessUserSignedUp({ ...USER, userId: OTHERS[0], tenant: 't1', ...contacts }),
      PasswordlessContactsChanged({ ...USER, userId: OTHERS[0], ...contacts, email: null }),
      ThirdPartyUserSignedUp({ ...USER, userId: OTHERS[1], tenant: 't1', email: EMAIL, ...account }),
      PasswordlessDeviceCreated({ ...facts, email: EMAIL, phoneNumber: null, linkCodeSalt: 'salt' }),
      PasswordlessCodeIssued({ ...facts, codeId: 'id', linkCodeHash: 'link' }),
      PasswordlessCodeAttemptFailed({ ...facts, kind: 'incorrect', failedAttempts: 1 }),
    ]);
    const phone = { kind: 'phone', value: contacts.phoneNumber } as const;
    const third = thirdPartyInfo({ id: 'google', userId: 'g-1' });
    const found = await usersByAccountInfo.answer(deps, { ...TENANT, infos: [phone, third], union: true });
    expect(found.map((user) => user.id).sort()).to.deep.equal(OTHERS);
    const byPhone = await userByAccountInfo.answer(deps, { ...TENANT, recipe: 'passwordless', info: phone });
    expect(byPhone?.id).to.equal(OTHERS[0]);
    expect(await thirdPartyUsersByEmail.answer(deps, { ...TENANT, email: EMAIL })).to.have.length(1);
    for (const of of [{ contact: { kind: 'email', value: EMAIL } }, { deviceIdHash: 'hash' }] as const)
      expect(await passwordlessDevices.answer(deps, { ...TENANT, of })).to.have.length(1);
    for (const code of [{ codeId: 'id' }, { linkCodeHash: 'link' }])
      expect(await deviceOfCode.answer(deps, { ...TENANT, code })).to.equal('hash');
    for (const tags of [
      { email: [], phone: ['+44'], provider: [] },
      { email: ['ann'], phone: [], provider: ['goo'] },
    ])
      expect(await searchUsers.answer(deps, { ...TENANT, order: 'ASC', tags })).to.have.length(1);
    await directory.apply([
      PasswordlessCodeRevoked({ ...facts, codeId: 'id' }),
      PasswordlessDeviceDiscarded({ ...facts, reason: 'revoked' }),
    ]);
    expect(await passwordlessDevices.answer(deps, { ...TENANT, of: { deviceIdHash: 'hash' } })).to.deep.equal([]);
    expectNoPlanLike(WHOLE_APP);
  });

  it('when one user is looked up', async () => {
    expect(await loadUser(directory.db, APP, USER.userId)).to.not.equal(undefined);
    expect(await userByEmail.answer(deps, { ...TENANT, recipe: 'emailpassword', email: EMAIL })).to.not.equal(null);
    const infos = [{ kind: 'email', value: EMAIL }] as const;
    expect(await usersByAccountInfo.answer(deps, { ...TENANT, infos, union: true })).to.have.length(1);
    await resetTokenOwner.answer(deps, { appKey: APP, tokenHash: 'hash' });
    await directory.apply(knownAndMapped);
    expect((await loadUser(directory.db, APP, USER.userId))?.id).to.equal('ext');
    expect(await verificationTokenOwner.answer(deps, { appKey: APP, tokenHash: 'hash' })).to.equal('ext');
    expect(await isEmailVerified.answer(deps, { appKey: APP, userId: 'ext', email: EMAIL })).to.equal(true);
    for (const userId of ['ext', USER.userId])
      expect(await userIdMapping.answer(deps, { appKey: APP, userId, userIdType: 'ANY' })).to.not.equal(null);
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
