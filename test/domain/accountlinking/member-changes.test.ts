import {
  LoginMethodLinked,
  PrimaryLoginMethodDeleted,
  UserMadePrimary,
} from '../../../domain/accountlinking/events.js';
import type { Conflict } from '../../../domain/accountlinking/reservations.js';
import { updateCredentials } from '../../../domain/emailpassword/decide.js';
import { Identity, type IdentityState } from '../../../domain/identity/identity.js';
import { PasswordResetTokenIssued } from '../../../domain/user/events.js';
import { associateWithTenant } from '../../../domain/user/membership.js';
import { issueResetToken } from '../../../domain/user/password-reset.js';
import { User } from '../../../domain/user/user.js';
import { given } from '../given.js';
import { onUser } from '../user/fixtures.js';
import { AT, emailPassword, fact, google, P, Q, R, signedUp } from './fixtures.js';

const free = Identity.initial;
const held: IdentityState = { holders: { emailpassword: Q } };
const conflict: Conflict = { kind: 'email', primaryUserId: Q };
const primary = [signedUp(P), UserMadePrimary(fact(P))];

describe('another primary user in the way of a login method', () => {
  it('30-emailpassword 2.4: is told before another holder of the email, and the password stays', () => {
    const change = { email: 'new@example.org', passwordHash: 'h2', at: AT };
    given(User, primary)
      .when((user) => onUser(updateCredentials(user, [{ old: free, new: held }], change, conflict)))
      .then([], {
        status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
        reason: 'New email is associated with another primary user ID',
      });
  });

  it('10-multitenancy 9.1: is told before another holder of an account info, and by what it has', () => {
    const texts = { email: 'email', phone: 'phone number', thirdparty: 'third party info' } as const;
    for (const [kind, text] of Object.entries(texts) as [keyof typeof texts, string][])
      given(User, primary)
        .when((user) => onUser(associateWithTenant(user, [held], 't2', AT, { kind, primaryUserId: Q })))
        .then([], {
          status: 'ASSOCIATION_NOT_ALLOWED_ERROR',
          reason: `Another primary user with ${text} already exists: ${Q}`,
        });
  });

  it('10-multitenancy 9.1: does not matter where the login method is already', () => {
    given(User, primary)
      .when((user) => onUser(associateWithTenant(user, [free], 't1', AT, conflict)))
      .then([], { status: 'OK', wasAlreadyAssociated: true });
  });
});

describe('a reset token of a primary user (30-emailpassword.md 2.5)', () => {
  const linked = LoginMethodLinked({ ...fact(P), recipeUserId: R });
  const tombstone = [...primary, linked, PrimaryLoginMethodDeleted(fact(P))];
  const facts = { tokenHash: 'h1', expiresAt: AT + 1 };
  const request = { ...facts, email: { from: 'request', email: 'x@y' } } as const;
  const own = { ...facts, email: { from: 'login-method' } } as const;

  it('case 31: is handed out for the id of one whose own login method is gone', () => {
    given(User, tombstone)
      .when((user) => issueResetToken(user, request, AT))
      .then([PasswordResetTokenIssued({ ...fact(P), ...facts, email: 'x@y' })], { status: 'OK' });
  });

  it('case 25: until CDI 3.1 needs one login method, by email and password', () => {
    const methods = [emailPassword('a@example.org'), google('g', 'b@example.org')];
    given(User, primary)
      .when((user) => issueResetToken(user, own, AT, methods))
      .then([], { status: 'SEVERAL_LOGIN_METHODS' });
    given(User, tombstone)
      .when((user) => issueResetToken(user, own, AT, methods.slice(1)))
      .then([], { status: 'UNKNOWN_USER_ID_ERROR' });
    given(User, tombstone)
      .when((user) => issueResetToken(user, own, AT, methods.slice(0, 1)))
      .then([PasswordResetTokenIssued({ ...fact(P), ...facts, email: 'a@example.org' })], { status: 'OK' });
  });
});
