import { expect } from 'chai';
import {
  PasswordChanged,
  PasswordResetTokensVoided,
  UserDeleted,
  type UserEvent,
} from '../../../domain/user/events.js';
import { consumeResetToken, issueResetToken, isUsableResetToken } from '../../../domain/user/password-reset.js';
import { EXPIRED_RESET_TOKEN_KNOWN_MS, MAX_RESET_TOKENS, User } from '../../../domain/user/user.js';
import { folded, given } from '../given.js';
import { APP, HOUR, issued, signedUp, T0, USER_ID } from './fixtures.js';

const INVALID = { status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' } as const;
const OK = { status: 'OK', userId: USER_ID, email: 'Ann@X.org' } as const;
const voided = (tokenHash: string, cause: 'consumed' | 'expired', at: number): UserEvent =>
  PasswordResetTokensVoided({ app: APP, userId: USER_ID, tokenHash, cause, at });
const fromRequest = (email: string | null) => ({
  tokenHash: 'a',
  email: { from: 'request', email } as const,
  expiresAt: T0 + HOUR,
});

describe('issuing a reset token (30-emailpassword.md 2.5)', () => {
  it('case 26: keeps the email as it was sent', () => {
    given(User, [signedUp])
      .when((user) => issueResetToken(user, fromRequest('Ann@X.org'), T0))
      .then([issued('a')], { status: 'OK' });
  });

  it('case 24: an unknown user comes before a missing email, which a known user needs', () => {
    given(User, [])
      .when((user) => issueResetToken(user, fromRequest(null), T0))
      .then([], { status: 'UNKNOWN_USER_ID_ERROR' });
    given(User, [signedUp])
      .when((user) => issueResetToken(user, fromRequest(null), T0))
      .then([], { status: 'EMAIL_MISSING' });
  });

  it('takes the email of the login method until CDI 3.1', () => {
    const { events } = issueResetToken(
      folded(User, User.initial, [signedUp]),
      { tokenHash: 'a', email: { from: 'login-method' }, expiresAt: T0 + HOUR },
      T0,
    );
    expect(events[0]?.data).to.include({ email: 'ann@example.org' });
  });

  it('needs a user that was not deleted', () => {
    given(User, [signedUp, UserDeleted({ app: APP, userId: USER_ID, at: T0 })])
      .when((user) => issueResetToken(user, fromRequest('a@b'), T0))
      .then([], { status: 'UNKNOWN_USER_ID_ERROR' });
  });
});

describe('consuming a reset token (30-emailpassword.md 1.8, 2.6)', () => {
  const history = [signedUp, issued('a'), issued('b'), issued('c')];

  it('case 27: one token consumed voids all of the user', () => {
    const consumed = given(User, history).when((user) => consumeResetToken(user, 'b', T0 + 1));
    consumed.then([voided('b', 'consumed', T0 + 1)], OK);
    for (const token of ['a', 'b', 'c'])
      consumed.when((user) => consumeResetToken(user, token, T0 + 2)).then([], INVALID);
  });

  it('an unknown token changes nothing', () => {
    given(User, history)
      .when((user) => consumeResetToken(user, 'x', T0))
      .then([], INVALID);
  });

  it('is valid to the very moment of its expiry, and not after', () => {
    const user = folded(User, User.initial, history);
    expect(isUsableResetToken(user, 'a', T0 + HOUR)).to.equal(true);
    expect(isUsableResetToken(user, 'a', T0 + HOUR + 1)).to.equal(false);
    expect(consumeResetToken(user, 'a', T0 + HOUR).result).to.deep.equal(OK);
  });

  it('case 28: an expired token presented voids the others, valid ones too', () => {
    const presented = given(User, [signedUp, issued('short', T0, 10), issued('long')]).when((user) =>
      consumeResetToken(user, 'short', T0 + 11),
    );
    presented.then([voided('short', 'expired', T0 + 11)], INVALID);
    presented.when((user) => consumeResetToken(user, 'long', T0 + 12)).then([], INVALID);
  });

  it('case 33: replaces the password in the same append when a new one comes along', () => {
    given(User, history)
      .when((user) => consumeResetToken(user, 'a', T0 + 1, 'hash-2'))
      .then(
        [
          voided('a', 'consumed', T0 + 1),
          PasswordChanged({ app: APP, userId: USER_ID, passwordHash: 'hash-2', cause: 'reset', at: T0 + 1 }),
        ],
        OK,
      );
  });

  it('does not replace the password for an expired token', () => {
    const at = T0 + HOUR + 1;
    given(User, history)
      .when((user) => consumeResetToken(user, 'a', at, 'hash-2'))
      .then([voided('a', 'expired', at)], INVALID);
  });

  it('case 32: the tokens of a deleted user are void', () => {
    given(User, [...history, UserDeleted({ app: APP, userId: USER_ID, at: T0 + 1 })])
      .when((user) => consumeResetToken(user, 'a', T0 + 2))
      .then([], INVALID);
  });
});

describe('how many reset tokens a user state remembers', () => {
  const tokensOf = (history: readonly UserEvent[]) =>
    folded(User, User.initial, [signedUp, ...history]).resetTokens.map((token) => token.tokenHash);

  it('forgets a token an hour after its expiry, when the next one is issued', () => {
    const forgottenAt = T0 + HOUR + EXPIRED_RESET_TOKEN_KNOWN_MS + 1;
    expect(tokensOf([issued('old'), issued('new', forgottenAt - 1)])).to.deep.equal(['old', 'new']);
    expect(tokensOf([issued('old'), issued('new', forgottenAt)])).to.deep.equal(['new']);
  });

  it('keeps the newest ones up to a bound', () => {
    const tokens = tokensOf(Array.from({ length: MAX_RESET_TOKENS + 2 }, (_, index) => issued(`t${index}`)));
    expect(tokens).to.have.length(MAX_RESET_TOKENS);
    expect(tokens[0]).to.equal('t2');
    expect(tokens.at(-1)).to.equal(`t${MAX_RESET_TOKENS + 1}`);
  });
});
