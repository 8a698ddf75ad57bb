import { expect } from 'chai';
import { UserMadePrimary } from '../../../domain/accountlinking/events.js';
import { Identity, IdentityClaimed, IdentityReleased, type IdentityState } from '../../../domain/identity/identity.js';
import {
  type ContactChange,
  changeContacts,
  contactMoves,
  passwordlessMethod,
} from '../../../domain/passwordless/change-contacts.js';
import { PasswordlessContactsChanged, PasswordlessUserSignedUp } from '../../../domain/user/events.js';
import { User, type UserState } from '../../../domain/user/user.js';
import { folded } from '../given.js';
import { APP, T0, USER_ID } from '../user/fixtures.js';

const AT = T0 + 9;
const OTHER = '00000000-0000-4000-8000-000000000000';
const free = Identity.initial;
const heldBy = (userId: string): IdentityState =>
  folded(Identity, free, [IdentityClaimed({ recipe: 'passwordless', userId, at: T0 })]);
const own = { app: APP, userId: USER_ID };
const byEmail = folded(User, User.initial, [
  PasswordlessUserSignedUp({ ...own, tenant: 't1', email: 'ann@example.org', phoneNumber: null, at: T0 }),
]);

/** Decides a change with the same state of the wanted values in two tenants. */
function decide(user: UserState, change: Partial<ContactChange>, wanted: IdentityState, conflict?: 'email' | 'phone') {
  const full = { email: undefined, phoneNumber: undefined, ...change };
  const method = passwordlessMethod(user);
  const moves = (method ? contactMoves(method, full) : []).map((move) => {
    const tenant = {
      from: move.from === undefined ? undefined : heldBy(USER_ID),
      to: move.to === undefined ? undefined : wanted,
    };
    return { move, tenants: [tenant, tenant] };
  });
  const other = conflict && { kind: conflict, primaryUserId: OTHER };
  return changeContacts(user, full, moves, other, AT);
}

describe('changing the contacts of a passwordless user (40-thirdparty-passwordless.md 5.8)', () => {
  const claimed = IdentityClaimed({ recipe: 'passwordless', userId: USER_ID, at: AT });
  const released = IdentityReleased({ recipe: 'passwordless', userId: USER_ID, at: AT });

  it('moves the claim in every tenant', () => {
    expect(decide(byEmail, { email: 'bob@example.org' }, free)).to.deep.equal({
      result: { status: 'OK' },
      user: [PasswordlessContactsChanged({ ...own, email: 'bob@example.org', phoneNumber: null, at: AT })],
      identities: [[released], [claimed], [released], [claimed]],
    });
  });

  it('case 49: one contact must stay', () => {
    const left = { result: { status: 'NO_CONTACT_LEFT' }, user: [], identities: [] };
    expect(decide(byEmail, { email: null }, free)).to.deep.equal(left);
    expect(decide(byEmail, { email: null, phoneNumber: '+442071838750' }, free)).to.deep.equal({
      result: { status: 'OK' },
      user: [PasswordlessContactsChanged({ ...own, email: null, phoneNumber: '+442071838750', at: AT })],
      identities: [[released], [released], [claimed], [claimed]],
    });
  });

  it('case 50: what another one has is refused, and nothing changes', () => {
    const refused = (status: string) => ({ result: { status }, user: [], identities: [] });
    expect(decide(byEmail, { email: 'bob@example.org' }, heldBy(OTHER))).to.deep.equal(
      refused('EMAIL_ALREADY_EXISTS_ERROR'),
    );
    expect(decide(byEmail, { phoneNumber: '+442071838750' }, heldBy(OTHER))).to.deep.equal(
      refused('PHONE_NUMBER_ALREADY_EXISTS_ERROR'),
    );
  });

  it('case 51: to a primary user it is refused as that of another user, and so is what another primary user has', () => {
    const primary = folded(User, byEmail, [UserMadePrimary({ ...own, at: T0 })]);
    const email = { email: 'bob@example.org' };
    const phone = { phoneNumber: '+442071838750' };
    expect(decide(primary, email, heldBy(OTHER)).result.status).to.equal('EMAIL_CHANGE_NOT_ALLOWED_ERROR');
    expect(decide(primary, email, free, 'email').result.status).to.equal('EMAIL_CHANGE_NOT_ALLOWED_ERROR');
    expect(decide(primary, phone, free, 'phone').result.status).to.equal('PHONE_NUMBER_CHANGE_NOT_ALLOWED_ERROR');
    expect(decide(primary, { ...email, ...phone }, heldBy(OTHER), 'phone').result.status).to.equal(
      'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
    );
    expect(decide(primary, email, free).result.status).to.equal('OK');
  });

  it('case 53: to change nothing says nothing', () => {
    const nothing = { result: { status: 'OK' }, user: [], identities: [] };
    expect(decide(byEmail, {}, free)).to.deep.equal(nothing);
    expect(decide(byEmail, { email: 'ann@example.org', phoneNumber: null }, heldBy(OTHER))).to.deep.equal(nothing);
  });

  it('case 48: only a passwordless user has contacts to change', () => {
    expect(decide(User.initial, { email: 'x@y' }, free).result).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
  });
});
