import { expect } from 'chai';
import { Identity, IdentityClaimed, IdentityReleased } from '../../../domain/identity/identity.js';
import { UserDeleted, UserDisassociatedFromTenant } from '../../../domain/user/events.js';
import { deleteUser, disassociateFromTenant } from '../../../domain/user/membership.js';
import { isUserId, User, userSubject } from '../../../domain/user/user.js';
import { folded } from '../given.js';
import { APP, joined, signedUp, T0, USER_ID } from './fixtures.js';

const held = folded(Identity, Identity.initial, [
  IdentityClaimed({ recipe: 'emailpassword', userId: USER_ID, at: T0 }),
]);
const release = IdentityReleased({ recipe: 'emailpassword', userId: USER_ID, at: T0 + 5 });
const nothing = { user: [], identities: [] };

describe('deleting a user (32-users.md 6)', () => {
  it('frees its account info in every tenant', () => {
    const user = folded(User, User.initial, [signedUp, joined('t2')]);
    expect(deleteUser(user, [held, held], T0 + 5)).to.deep.equal({
      user: [UserDeleted({ app: APP, userId: USER_ID, at: T0 + 5 })],
      identities: [[release], [release]],
    });
  });

  it('does nothing to one that never was or is gone', () => {
    expect(deleteUser(User.initial, [], T0)).to.deep.equal(nothing);
    const deleted = folded(User, User.initial, [signedUp, UserDeleted({ app: APP, userId: USER_ID, at: T0 })]);
    expect(deleteUser(deleted, [], T0)).to.deep.equal(nothing);
  });

  it('leaves nothing in the state, and nobody whose key would seal more', () => {
    const deleted = folded(User, User.initial, [signedUp, UserDeleted({ app: APP, userId: USER_ID, at: T0 })]);
    expect(deleted).to.deep.equal(User.initial);
    expect(User.subject(deleted)).to.equal(undefined);
  });
});

describe('ending a membership (10-multitenancy.md 9.2)', () => {
  it('frees the account info in that tenant', () => {
    const user = folded(User, User.initial, [signedUp]);
    expect(disassociateFromTenant(user, held, 't1', T0 + 5)).to.deep.equal({
      user: [UserDisassociatedFromTenant({ app: APP, userId: USER_ID, tenant: 't1', at: T0 + 5 })],
      identities: [[release]],
    });
  });

  it('does nothing in a tenant that the user is not in', () => {
    const user = folded(User, User.initial, [signedUp]);
    expect(disassociateFromTenant(user, Identity.initial, 't9', T0)).to.deep.equal(nothing);
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
