import { expect } from 'chai';
import {
  Identity,
  IdentityClaimed,
  IdentityReleased,
  type IdentityState,
  type RecipeId,
} from '../../../domain/identity/identity.js';
import {
  PasswordlessUserSignedUp,
  ThirdPartyUserSignedUp,
  UserAssociatedWithTenant,
  UserDeleted,
  UserDisassociatedFromTenant,
} from '../../../domain/user/events.js';
import { claimsOf } from '../../../domain/user/login-method.js';
import { associateWithTenant, disassociateFromTenant } from '../../../domain/user/membership.js';
import { isUserId, User, userSubject } from '../../../domain/user/user.js';
import { folded, given } from '../given.js';
import { APP, joined, onUser, signedUp, T0, USER_ID } from './fixtures.js';

const held = folded(Identity, Identity.initial, [
  IdentityClaimed({ recipe: 'emailpassword', userId: USER_ID, at: T0 }),
]);
const release = IdentityReleased({ recipe: 'emailpassword', userId: USER_ID, at: T0 + 5 });
const OTHER = '00000000-0000-4000-8000-000000000000';
const AT = T0 + 9;
const own = { app: APP, userId: USER_ID, at: AT };
const free = Identity.initial;
const claimed = IdentityClaimed({ recipe: 'emailpassword', userId: USER_ID, at: AT });
const heldBy = (userId: string, recipe: RecipeId = 'emailpassword'): IdentityState =>
  folded(Identity, free, [IdentityClaimed({ recipe, userId, at: T0 })]);
const nothing = { user: [], identities: [] };

describe('a user who is deleted (32-users.md 6)', () => {
  it('leaves nothing in the state, and nobody whose key would seal more', () => {
    const deleted = folded(User, User.initial, [signedUp, UserDeleted({ app: APP, userId: USER_ID, at: T0 })]);
    expect(deleted).to.deep.equal(User.initial);
    expect(User.subject(deleted)).to.equal(undefined);
  });
});

describe('associating a login method with a tenant (10-multitenancy.md 9.1)', () => {
  it('claims its email there', () => {
    given(User, [signedUp])
      .when((user) => onUser(associateWithTenant(user, [free], 't2', AT)))
      .then([UserAssociatedWithTenant({ ...own, tenant: 't2' })], { status: 'OK', wasAlreadyAssociated: false });
    const user = folded(User, User.initial, [signedUp]);
    expect(associateWithTenant(user, [free], 't2', AT).identities).to.deep.equal([[claimed]]);
  });

  it('changes nothing for a member, an unknown user, or a taken email', () => {
    given(User, [signedUp])
      .when((user) => onUser(associateWithTenant(user, [heldBy(USER_ID)], 't1', AT)))
      .then([], { status: 'OK', wasAlreadyAssociated: true });
    given(User, [])
      .when((user) => onUser(associateWithTenant(user, [free], 't2', AT)))
      .then([], { status: 'UNKNOWN_USER_ID_ERROR' });
    given(User, [signedUp])
      .when((user) => onUser(associateWithTenant(user, [heldBy(OTHER)], 't2', AT)))
      .then([], { status: 'EMAIL_ALREADY_EXISTS_ERROR' });
  });

  it('claims every contact of a passwordless one, and says which is taken', () => {
    const joined = { app: APP, userId: USER_ID, tenant: 't1', at: T0 };
    const user = folded(User, User.initial, [
      PasswordlessUserSignedUp({ ...joined, email: 'ann@example.org', phoneNumber: '+442071838750' }),
    ]);
    const event = IdentityClaimed({ recipe: 'passwordless', userId: USER_ID, at: AT });
    expect(associateWithTenant(user, [free, free], 't2', AT).identities).to.deep.equal([[event], [event]]);
    expect(associateWithTenant(user, [free, heldBy(OTHER, 'passwordless')], 't2', AT).result).to.deep.equal({
      status: 'PHONE_NUMBER_ALREADY_EXISTS_ERROR',
    });
    expect(associateWithTenant(user, [heldBy(OTHER), free], 't2', AT).result.status).to.equal('OK');
  });

  it('claims the account alone of a third-party one', () => {
    const joined = { app: APP, userId: USER_ID, tenant: 't1', at: T0 };
    const user = folded(User, User.initial, [
      ThirdPartyUserSignedUp({ ...joined, thirdPartyId: 'google', thirdPartyUserId: 'g-1', email: 'ann@example.org' }),
    ]);
    expect(user.method && claimsOf(user.method)).to.deep.equal([{ kind: 'thirdparty', value: '["google","g-1"]' }]);
    expect(associateWithTenant(user, [heldBy(OTHER, 'thirdparty')], 't2', AT).result).to.deep.equal({
      status: 'THIRD_PARTY_USER_ALREADY_EXISTS_ERROR',
    });
  });
});

describe('ending a membership (10-multitenancy.md 9.2)', () => {
  it('frees the account info in that tenant', () => {
    const user = folded(User, User.initial, [signedUp]);
    expect(disassociateFromTenant(user, [held], 't1', T0 + 5)).to.deep.equal({
      user: [UserDisassociatedFromTenant({ app: APP, userId: USER_ID, tenant: 't1', at: T0 + 5 })],
      identities: [[release]],
    });
  });

  it('does nothing in a tenant that the user is not in', () => {
    const user = folded(User, User.initial, [signedUp]);
    expect(disassociateFromTenant(user, [Identity.initial], 't9', T0)).to.deep.equal(nothing);
  });
});

describe('a user', () => {
  it('keeps its tenants in order of association', () => {
    expect(folded(User, User.initial, [signedUp, joined('t2'), joined('t0')]).method?.tenants).to.deep.equal([
      ...['t1', 't2', 't0'],
    ]);
  });

  it('seals its events under a key of its own', () => {
    expect(User.subject(folded(User, User.initial, [signedUp]))).to.equal(userSubject(APP, USER_ID));
  });

  it('has a lower-case UUID for an id: no other text can be one', () => {
    expect(isUserId(USER_ID)).to.equal(true);
    const others = ['', USER_ID.toUpperCase(), `${USER_ID}\n`, ` ${USER_ID}`, 'x'.repeat(10_000), '\u0000', '../../x'];
    for (const text of others) expect(isUserId(text), JSON.stringify(text.slice(0, 40))).to.equal(false);
  });
});
