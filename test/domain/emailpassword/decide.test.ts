import { expect } from 'chai';
import { replaceImportedHash, signUp, updateCredentials } from '../../../domain/emailpassword/decide.js';
import { Identity, IdentityClaimed, IdentityReleased, type IdentityState } from '../../../domain/identity/identity.js';
import { EmailChanged, PasswordChanged } from '../../../domain/user/events.js';
import { User } from '../../../domain/user/user.js';
import { folded, given } from '../given.js';
import { APP, onUser, signedUp, T0, USER_ID } from '../user/fixtures.js';

const OTHER = '00000000-0000-4000-8000-000000000000';
const AT = T0 + 9;
const free = Identity.initial;
const heldBy = (userId: string): IdentityState =>
  folded(Identity, free, [IdentityClaimed({ recipe: 'emailpassword', userId, at: T0 })]);
const own = { app: APP, userId: USER_ID, at: AT };
const claimed = IdentityClaimed({ recipe: 'emailpassword', userId: USER_ID, at: AT });
const released = IdentityReleased({ recipe: 'emailpassword', userId: USER_ID, at: AT });

const request = {
  appKey: APP,
  tenantKey: 't1',
  userId: USER_ID,
  email: 'ann@example.org',
  passwordHash: 'hash-1',
  cause: 'signup',
  at: T0,
} as const;

describe('sign-up (30-emailpassword.md 2.1)', () => {
  it('claims the email in the tenant', () => {
    const decision = signUp(free, request);
    given(User, [])
      .when(() => onUser(decision))
      .then([signedUp], { status: 'OK' });
    expect(decision.identities).to.deep.equal([
      [IdentityClaimed({ recipe: 'emailpassword', userId: USER_ID, at: T0 })],
    ]);
  });

  it('case 2: is refused for an email that is taken', () => {
    expect(signUp(heldBy(OTHER), request)).to.deep.equal({
      result: { status: 'EMAIL_ALREADY_EXISTS_ERROR' },
      user: [],
      identities: [],
    });
  });

  it('is open for an email that another recipe holds', () => {
    const byThirdParty = folded(Identity, free, [IdentityClaimed({ recipe: 'thirdparty', userId: OTHER, at: T0 })]);
    expect(signUp(byThirdParty, request).result).to.deep.equal({ status: 'OK' });
  });
});

describe('changing credentials (30-emailpassword.md 2.4)', () => {
  const moves = [
    { old: heldBy(USER_ID), new: free },
    { old: heldBy(USER_ID), new: free },
  ];
  const change = { email: 'new@example.org', passwordHash: 'hash-2', at: AT };

  it('changes the email in all tenants, and the password with it', () => {
    given(User, [signedUp])
      .when((user) => onUser(updateCredentials(user, moves, change)))
      .then(
        [
          EmailChanged({ ...own, oldEmail: 'ann@example.org', newEmail: 'new@example.org' }),
          PasswordChanged({ ...own, passwordHash: 'hash-2', cause: 'update' }),
        ],
        { status: 'OK' },
      );
    const user = folded(User, User.initial, [signedUp]);
    expect(updateCredentials(user, moves, change).identities).to.deep.equal([
      ...[[released], [claimed], [released], [claimed]],
    ]);
  });

  it('case 19: changes nothing if the email is taken in one of the tenants', () => {
    const user = folded(User, User.initial, [signedUp]);
    const taken = [...moves, { old: heldBy(USER_ID), new: heldBy(OTHER) }];
    expect(updateCredentials(user, taken, change)).to.deep.equal({
      result: { status: 'EMAIL_ALREADY_EXISTS_ERROR' },
      user: [],
      identities: [],
    });
  });

  it('case 18: an email that stays as it is changes nothing, and the password is changed', () => {
    given(User, [signedUp])
      .when((user) => onUser(updateCredentials(user, [], { ...change, email: 'ann@example.org' })))
      .then([PasswordChanged({ ...own, passwordHash: 'hash-2', cause: 'update' })], { status: 'OK' });
  });

  it('case 17: needs a login method by email and password', () => {
    given(User, [])
      .when((user) => onUser(updateCredentials(user, [], change)))
      .then([], { status: 'UNKNOWN_USER_ID_ERROR' });
  });
});

describe('importing a user again (30-emailpassword.md 2.8)', () => {
  it('case 37: replaces the hash and nothing else', () => {
    given(User, [signedUp])
      .when((user) => replaceImportedHash(user, 'hash-2', AT))
      .then([PasswordChanged({ ...own, passwordHash: 'hash-2', cause: 'import' })], undefined);
    const before = folded(User, User.initial, [signedUp]);
    const after = folded(User, before, [PasswordChanged({ ...own, passwordHash: 'hash-2', cause: 'import' })]);
    expect(after).to.deep.equal({ ...before, method: { ...before.method, passwordHash: 'hash-2' } });
  });

  it('does nothing to a user that is gone', () => {
    given(User, [])
      .when((user) => replaceImportedHash(user, 'hash-2', AT))
      .then([], undefined);
  });
});
