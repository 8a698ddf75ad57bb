import { expect } from 'chai';
import {
  forget,
  issueToken,
  markVerified,
  rekey,
  revokeTokens,
  unverify,
  type VerifiedId,
  verifyByToken,
} from '../../../domain/emailverification/decide.js';
import {
  EmailVerification,
  type EmailVerificationState,
  EXPIRED_TOKEN_KNOWN_MS,
  isInUse,
  isVerified,
  MAX_TOKENS,
  MAX_VERIFIED_EMAILS,
} from '../../../domain/emailverification/email-verification.js';
import {
  EmailUnverified,
  type EmailVerificationEvent,
  EmailVerificationForgotten,
  EmailVerificationTokenIssued,
  EmailVerificationTokensVoided,
  EmailVerified,
} from '../../../domain/emailverification/events.js';
import type { Decision } from '../../../domain/event.js';
import { folded, given } from '../given.js';

const T0 = 1_700_000_000_000;
const HOUR = 3_600_000;
const ID: VerifiedId = { appKey: 'public', userId: 'ghost', keyName: 'key-1' };
const facts = { app: ID.appKey, keyName: ID.keyName };
const pair = { ...facts, userId: ID.userId, email: 'g@example.org' };
const INVALID = { status: 'EMAIL_VERIFICATION_INVALID_TOKEN_ERROR' } as const;

const issued = (tokenHash: string, change: { email?: string; tenant?: string; at?: number } = {}) => {
  const { at = T0, ...rest } = change;
  return EmailVerificationTokenIssued({ ...pair, tenant: 'public', ...rest, tokenHash, expiresAt: at + HOUR, at });
};
const verified = (email = pair.email, at = T0) => EmailVerified({ ...pair, email, cause: 'token', at });
const voided = (tokenHashes: string[], cause: 'consumed' | 'expired' | 'revoked', at: number) =>
  EmailVerificationTokensVoided({ ...facts, tokenHashes, cause, at });

const only = (events: readonly EmailVerificationEvent[]): Decision<null, EmailVerificationEvent> => ({
  result: null,
  events,
});
const verifying =
  (tokenHash: string, at = T0 + 1, tenantKey = 'public') =>
  (state: EmailVerificationState) =>
    verifyByToken(state, ID, tenantKey, tokenHash, at);

describe('email verification (30-emailpassword.md 4)', () => {
  it('case 42: a token verifies its email once', () => {
    given(EmailVerification, [issued('a')])
      .when(verifying('a'))
      .then([voided(['a'], 'consumed', T0 + 1), verified(pair.email, T0 + 1)], { status: 'OK', email: pair.email });
    given(EmailVerification, [issued('a'), voided(['a'], 'consumed', T0), verified()])
      .when(verifying('a'))
      .then([], INVALID);
  });

  it('case 42: a verified email gets no token', () => {
    const token = { tenantKey: 'public', email: pair.email, tokenHash: 'b', expiresAt: T0 + HOUR };
    given(EmailVerification, [verified()])
      .when((state) => issueToken(state, ID, token, T0))
      .then([], { status: 'EMAIL_ALREADY_VERIFIED_ERROR' });
    given(EmailVerification, [verified('other@example.org')])
      .when((state) => issueToken(state, ID, token, T0))
      .then([issued('b')], { status: 'OK' });
  });

  it('case 43: using one token voids those of the same tenant and email, and no others', () => {
    const others = [issued('mail', { email: 'other@example.org' }), issued('t1', { tenant: 't1' })];
    given(EmailVerification, [issued('a'), issued('b'), ...others])
      .when(verifying('a'))
      .then([voided(['a', 'b'], 'consumed', T0 + 1), verified(pair.email, T0 + 1)], {
        status: 'OK',
        email: pair.email,
      });
    const state = folded(EmailVerification, EmailVerification.initial, [...others, voided(['a', 'b'], 'consumed', T0)]);
    expect(state.tokens.map((token) => token.tokenHash)).to.deep.equal(['mail', 't1']);
  });

  it('case 44: a token is good in its own tenant alone', () => {
    given(EmailVerification, [issued('a', { tenant: 't1' })])
      .when(verifying('a'))
      .then([], INVALID);
  });

  it('at its very expiry a token is valid, and a moment later it voids the others', () => {
    const late = issued('late', { at: T0 + HOUR });
    given(EmailVerification, [issued('a')])
      .when(verifying('a', T0 + HOUR))
      .then([voided(['a'], 'consumed', T0 + HOUR), verified(pair.email, T0 + HOUR)], {
        status: 'OK',
        email: pair.email,
      });
    given(EmailVerification, [issued('a'), late])
      .when(verifying('a', T0 + HOUR + 1))
      .then([voided(['a', 'late'], 'expired', T0 + HOUR + 1)], INVALID);
  });

  it('W13: a second tenant’s token for a verified email is an OK that voids the tokens', () => {
    given(EmailVerification, [issued('a', { tenant: 't1' }), verified()])
      .when(verifying('a', T0 + 1, 't1'))
      .then([voided(['a'], 'consumed', T0 + 1)], { status: 'OK', email: pair.email });
  });

  it('case 46: unverify takes the mark, leaves the tokens, and is a no-op without a mark', () => {
    given(EmailVerification, [issued('a'), verified()])
      .when((state) => only(unverify(state, ID, pair.email, T0)))
      .then([EmailUnverified({ ...pair, cause: 'request', at: T0 })], null);
    given(EmailVerification, [])
      .when((state) => only(unverify(state, ID, pair.email, T0)))
      .then([], null);
  });

  it('case 47: revoking voids the tokens of one tenant and email', () => {
    const of = { tenantKey: 'public', email: pair.email };
    given(EmailVerification, [issued('a'), issued('t1', { tenant: 't1' })])
      .when((state) => only(revokeTokens(state, ID, of, T0)))
      .then([voided(['a'], 'revoked', T0)], null);
    given(EmailVerification, [])
      .when((state) => only(revokeTokens(state, ID, of, T0)))
      .then([], null);
  });

  it('a mark that is there is not made again', () => {
    given(EmailVerification, [verified()])
      .when((state) => only(markVerified(state, ID, pair.email, 'thirdparty', T0)))
      .then([], null);
  });

  it('at the limit the oldest mark makes way, and says so', () => {
    const marks = Array.from({ length: MAX_VERIFIED_EMAILS }, (_, n) => verified(`${n}@example.org`));
    given(EmailVerification, marks)
      .when((state) => only(markVerified(state, ID, pair.email, 'token', T0)))
      .then([EmailUnverified({ ...pair, email: '0@example.org', cause: 'limit', at: T0 }), verified()], null);
  });

  it('keeps no more tokens than the limit, and none that are long expired', () => {
    const many = Array.from({ length: MAX_TOKENS + 1 }, (_, n) => issued(`${n}`));
    const state = folded(EmailVerification, EmailVerification.initial, many);
    expect(state.tokens).to.have.length(MAX_TOKENS);
    expect(state.tokens[0]?.tokenHash).to.equal('1');
    const later = issued('later', { at: T0 + HOUR + EXPIRED_TOKEN_KNOWN_MS + 1 });
    expect(folded(EmailVerification, state, [later]).tokens.map((token) => token.tokenHash)).to.deep.equal(['later']);
  });

  it('is in use by a mark or a valid token, not by an expired one', () => {
    const inUse = (events: readonly EmailVerificationEvent[], at: number) =>
      isInUse(folded(EmailVerification, EmailVerification.initial, events), at);
    expect(inUse([], T0)).to.equal(false);
    expect(inUse([issued('a')], T0)).to.equal(true);
    expect(inUse([issued('a')], T0 + HOUR + 1)).to.equal(false);
    expect(inUse([verified()], T0)).to.equal(true);
  });

  describe('deletion and erasure', () => {
    it('forgets everything, and destroys a key that is the id’s own', () => {
      given(EmailVerification, [issued('a'), verified()])
        .when((state) => only(forget(state, 'ghost', 'user-deleted', T0)))
        .then([EmailVerificationForgotten({ ...facts, cause: 'user-deleted', destroysKey: true, at: T0 })], null);
      expect(
        folded(EmailVerification, EmailVerification.initial, [
          verified(),
          EmailVerificationForgotten({ ...facts, cause: 'user-deleted', destroysKey: true, at: T0 }),
        ]),
      ).to.deep.equal(EmailVerification.initial);
    });

    it('leaves the key of a user to whoever deletes the user', () => {
      const own = EmailVerified({ ...pair, userId: 'u', keyName: 'u', cause: 'token', at: T0 });
      given(EmailVerification, [own])
        .when((state) => only(forget(state, 'u', 'rekeyed', T0)))
        .then(
          [EmailVerificationForgotten({ ...facts, keyName: 'u', cause: 'rekeyed', destroysKey: false, at: T0 })],
          null,
        );
    });

    it('folds erased events to nothing known, under the same subject', () => {
      const erased = { userId: null, email: null };
      const state = folded(EmailVerification, EmailVerification.initial, [
        EmailVerificationTokenIssued({ ...issued('a').data, ...erased }),
        EmailVerified({ ...verified().data, ...erased }),
        EmailUnverified({ ...pair, ...erased, cause: 'request', at: T0 }),
      ]);
      expect(isInUse(state, T0)).to.equal(false);
      expect(EmailVerification.subject(state)).to.equal('user:public:key-1');
    });
  });

  it('W19: marks and tokens move to another id, merged with what is there', () => {
    const from = folded(EmailVerification, EmailVerification.initial, [
      issued('a', { email: 'new@example.org', tenant: 't1' }),
      verified('both@example.org'),
      verified('moved@example.org'),
    ]);
    const id = { appKey: 'public', userId: 'ext', keyName: 'key-2' };
    const there = [
      EmailVerified({
        ...pair,
        ...{ userId: 'ext', keyName: 'key-2' },
        email: 'both@example.org',
        cause: 'token',
        at: T0,
      }),
    ];
    const to = folded(EmailVerification, EmailVerification.initial, there);
    const moved = rekey({ userId: 'ghost', state: from }, { id, state: to }, T0 + 1);
    expect(moved.from).to.deep.equal([
      EmailVerificationForgotten({ ...facts, cause: 'rekeyed', destroysKey: true, at: T0 + 1 }),
    ]);
    const merged = folded(EmailVerification, to, moved.to);
    expect(merged.emails).to.deep.equal(['both@example.org', 'moved@example.org']);
    expect(merged.tokens).to.deep.equal(from.tokens);
    expect(isVerified(merged, 'moved@example.org')).to.equal(true);
    expect(EmailVerification.subject(merged)).to.equal('user:public:key-2');
  });
});
