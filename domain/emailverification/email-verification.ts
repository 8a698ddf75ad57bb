import type { Aggregate, StreamId } from '../event.js';
import { userSubject } from '../user/user.js';
import { type EmailVerificationEvent, emailVerificationEvents } from './events.js';

export interface VerificationToken {
  readonly tokenHash: string;
  readonly tenantKey: string;
  readonly email: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** What is verified, and what may yet be, for one user id. */
export interface EmailVerificationState {
  readonly appKey: string;
  /** The name of the key that seals the stream's events; undefined while nothing is known of the id. */
  readonly keyName: string | undefined;
  /** Verified emails, in the order in which they became so. */
  readonly emails: readonly string[];
  /** In the order in which they were handed out. */
  readonly tokens: readonly VerificationToken[];
}

/**
 * How long after its time a token is still known: to present one voids the others of its tenant, id and email
 * (30-emailpassword.md 4.2, "Cleanup"). In ms.
 */
export const EXPIRED_TOKEN_KNOWN_MS = 12 * 3_600_000;

/** How many tokens of an id are known at once, a limit of our own: the oldest make way for new ones. */
export const MAX_TOKENS = 100;

/** How many emails are verified for an id at once, a limit of our own: the oldest mark makes way for a new one. */
export const MAX_VERIFIED_EMAILS = 200;

/** The stream of one user id, which may be any text, in one app. */
export function emailVerificationStream(appKey: string, userId: string): StreamId {
  return { category: 'emailverification', path: [appKey], hashed: [userId] };
}

const nothing: EmailVerificationState = { appKey: '', keyName: undefined, emails: [], tokens: [] };

export const EmailVerification: Aggregate<EmailVerificationState, EmailVerificationEvent> = {
  category: 'emailverification',
  events: emailVerificationEvents,
  initial: nothing,
  evolve(before, event) {
    if (event.type === 'EmailVerificationForgotten') return nothing;
    const state = { ...before, appKey: event.data.app, keyName: event.data.keyName };
    switch (event.type) {
      case 'EmailVerificationTokenIssued': {
        const { tenant, email, tokenHash, expiresAt, at } = event.data;
        if (email === null) return state;
        const known = state.tokens.filter((token) => token.expiresAt + EXPIRED_TOKEN_KNOWN_MS >= at);
        return { ...state, tokens: [...known, { tokenHash, tenantKey: tenant, email, expiresAt }].slice(-MAX_TOKENS) };
      }
      case 'EmailVerificationTokensVoided': {
        const { tokenHashes } = event.data;
        return { ...state, tokens: state.tokens.filter((token) => !tokenHashes.includes(token.tokenHash)) };
      }
      case 'EmailVerified': {
        const { email } = event.data;
        return email === null ? state : { ...state, emails: [...state.emails, email] };
      }
      case 'EmailUnverified':
        return { ...state, emails: state.emails.filter((email) => email !== event.data.email) };
    }
  },
  subject: ({ appKey, keyName }) => (keyName === undefined ? undefined : userSubject(appKey, keyName)),
};

/** Whether the email is verified, character by character (30-emailpassword.md W14). */
export function isVerified(state: EmailVerificationState, email: string): boolean {
  return state.emails.includes(email);
}

/** Whether there is a mark, or a token that would do at this moment (ms since the epoch). */
export function isInUse(state: EmailVerificationState, at: number): boolean {
  return state.emails.length > 0 || state.tokens.some((token) => !isExpired(token, at));
}

/** At the very moment of its expiry a token is still valid (30-emailpassword.md 4.2). */
export function isExpired(token: VerificationToken, at: number): boolean {
  return token.expiresAt < at;
}
