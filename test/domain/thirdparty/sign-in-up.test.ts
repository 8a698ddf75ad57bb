import { expect } from 'chai';
import { Identity, IdentityClaimed } from '../../../domain/identity/identity.js';
import { changeEmailAtSignIn, signUp } from '../../../domain/thirdparty/sign-in-up.js';
import { EmailChanged, ThirdPartyUserSignedUp } from '../../../domain/user/events.js';
import { accountInfosOf } from '../../../domain/user/login-method.js';
import { User } from '../../../domain/user/user.js';
import { folded, given } from '../given.js';
import { APP, signedUp as byPassword, T0, USER_ID } from '../user/fixtures.js';

const AT = T0 + 9;
const own = { app: APP, userId: USER_ID };
const signedUp = ThirdPartyUserSignedUp({
  ...own,
  tenant: 't1',
  thirdPartyId: 'google',
  thirdPartyUserId: 'g-1',
  email: 'ann@example.org',
  at: T0,
});
const request = {
  ...{ appKey: APP, tenantKey: 't1', userId: USER_ID, at: T0 },
  ...{ account: { id: 'google', userId: 'g-1' }, email: 'ann@example.org' },
};
const held = IdentityClaimed({ recipe: 'thirdparty', userId: USER_ID, at: T0 });

describe('sign-up by a third party (40-thirdparty-passwordless.md 3.1, 3.2)', () => {
  it('claims the account', () => {
    expect(signUp(Identity.initial, request)).to.deep.equal({
      result: { status: 'OK' },
      user: [signedUp],
      identities: [[held]],
    });
  });

  it('is refused for an account that somebody has', () => {
    const taken = folded(Identity, Identity.initial, [{ ...held, data: { ...held.data, userId: 'other' } }]);
    expect(signUp(taken, request).result).to.deep.equal({ status: 'THIRD_PARTY_USER_ALREADY_EXISTS_ERROR' });
  });

  it('makes a login method that is known by its account and its email', () => {
    const { method } = folded(User, User.initial, [signedUp]);
    expect(method && accountInfosOf(method)).to.deep.equal([
      { kind: 'thirdparty', value: '["google","g-1"]' },
      { kind: 'email', value: 'ann@example.org' },
    ]);
  });
});

describe('the email at a sign-in by a third party (40-thirdparty-passwordless.md 3.3)', () => {
  const changed = EmailChanged({ ...own, oldEmail: 'ann@example.org', newEmail: 'bob@example.org', at: AT });
  const conflict = { kind: 'email', primaryUserId: 'other' } as const;

  it('case 4: takes the place of the old one', () => {
    given(User, [signedUp])
      .when((user) => changeEmailAtSignIn(user, 'bob@example.org', undefined, AT))
      .then([changed], { status: 'OK' });
  });

  it('cases 2, 14: changes nothing if it is the same, whoever else has it', () => {
    given(User, [signedUp])
      .when((user) => changeEmailAtSignIn(user, 'ann@example.org', conflict, AT))
      .then([], { status: 'OK' });
  });

  it('case 10: is refused if it is another primary user’s', () => {
    given(User, [signedUp])
      .when((user) => changeEmailAtSignIn(user, 'bob@example.org', conflict, AT))
      .then([], {
        status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
        reason: 'Email already associated with another primary user.',
      });
  });

  it('concerns users of this recipe only', () => {
    given(User, [byPassword])
      .when((user) => changeEmailAtSignIn(user, 'bob@example.org', undefined, AT))
      .then([], { status: 'UNKNOWN_USER_ID_ERROR' });
  });
});
