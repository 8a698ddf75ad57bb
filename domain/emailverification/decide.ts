import { accept, type Decision, unchanged } from '../event.js';
import {
  type EmailVerificationState,
  isExpired,
  isVerified,
  MAX_VERIFIED_EMAILS,
  type VerificationToken,
} from './email-verification.js';
import {
  EmailUnverified,
  type EmailVerificationEvent,
  EmailVerificationForgotten,
  EmailVerificationTokenIssued,
  EmailVerificationTokensVoided,
  EmailVerified,
  type VerificationCause,
} from './events.js';

/** The user id that a decision is about, and by what name the key goes that seals what is said of it. */
export interface VerifiedId {
  readonly appKey: string;
  /** As the caller gave it, any text. */
  readonly userId: string;
  /** That of the stream, or of a new one while it has none. */
  readonly keyName: string;
}

export type VerifyResult =
  | { readonly status: 'OK'; readonly email: string }
  | { readonly status: 'EMAIL_VERIFICATION_INVALID_TOKEN_ERROR' };

const INVALID: VerifyResult = { status: 'EMAIL_VERIFICATION_INVALID_TOKEN_ERROR' };

/** Hands out a token, unless the email is verified already (30-emailpassword.md 5.1). */
export function issueToken(
  state: EmailVerificationState,
  id: VerifiedId,
  { tenantKey, ...token }: VerificationToken,
  at: number,
): Decision<{ readonly status: 'OK' | 'EMAIL_ALREADY_VERIFIED_ERROR' }, EmailVerificationEvent> {
  if (isVerified(state, token.email)) return unchanged({ status: 'EMAIL_ALREADY_VERIFIED_ERROR' });
  return accept({ status: 'OK' }, EmailVerificationTokenIssued({ ...pair(id), ...token, tenant: tenantKey, at }));
}

/**
 * Verifies an email by a token, in the tenant that handed it out. Using one voids all of that tenant and email, and so
 * does presenting one after its time (30-emailpassword.md 4.2, 5.2).
 */
export function verifyByToken(
  state: EmailVerificationState,
  id: VerifiedId,
  tenantKey: string,
  tokenHash: string,
  at: number,
): Decision<VerifyResult, EmailVerificationEvent> {
  const token = state.tokens.find((known) => known.tokenHash === tokenHash && known.tenantKey === tenantKey);
  if (!token) return unchanged(INVALID);
  const { email } = token;
  if (isExpired(token, at)) return accept(INVALID, ...voided(state, id, token, 'expired', at));
  return accept<VerifyResult, EmailVerificationEvent>(
    { status: 'OK', email },
    ...voided(state, id, token, 'consumed', at),
    ...markVerified(state, id, email, 'token', at),
  );
}

/** The events that make an email verified; none if it is. At the limit the oldest mark makes way. */
export function markVerified(
  state: EmailVerificationState,
  id: VerifiedId,
  email: string,
  cause: VerificationCause,
  at: number,
): readonly EmailVerificationEvent[] {
  if (isVerified(state, email)) return [];
  const surplus = state.emails.slice(0, Math.max(0, state.emails.length + 1 - MAX_VERIFIED_EMAILS));
  return [
    ...surplus.map((oldest) => EmailUnverified({ ...pair(id), email: oldest, cause: 'limit', at })),
    EmailVerified({ ...pair(id), email, cause, at }),
  ];
}

/** Takes a mark away; tokens stay valid (30-emailpassword.md 5.4). */
export function unverify(
  state: EmailVerificationState,
  id: VerifiedId,
  email: string,
  at: number,
): readonly EmailVerificationEvent[] {
  return isVerified(state, email) ? [EmailUnverified({ ...pair(id), email, cause: 'request', at })] : [];
}

/** Voids all tokens of a tenant and email (30-emailpassword.md 5.5). */
export function revokeTokens(
  state: EmailVerificationState,
  id: VerifiedId,
  of: Pick<VerificationToken, 'tenantKey' | 'email'>,
  at: number,
): readonly EmailVerificationEvent[] {
  return voided(state, id, of, 'revoked', at);
}

/** Drops everything that is known of the id, and the key with it if that is the id's own. */
export function forget(
  { appKey: app, keyName }: EmailVerificationState,
  userId: string,
  cause: 'user-deleted' | 'rekeyed',
  at: number,
): readonly EmailVerificationEvent[] {
  if (keyName === undefined) return [];
  return [EmailVerificationForgotten({ app, keyName, cause, destroysKey: keyName !== userId, at })];
}

/** Moves marks and tokens from one id to another, merged with what is there (32-users.md 7.2 step 4, W19). */
export function rekey(
  from: { readonly userId: string; readonly state: EmailVerificationState },
  to: { readonly id: VerifiedId; readonly state: EmailVerificationState },
  at: number,
): { readonly from: readonly EmailVerificationEvent[]; readonly to: readonly EmailVerificationEvent[] } {
  const emails = from.state.emails.filter((email) => !isVerified(to.state, email));
  const room = MAX_VERIFIED_EMAILS - to.state.emails.length;
  const marks = emails
    .slice(Math.max(0, emails.length - room))
    .map((email) => EmailVerified({ ...pair(to.id), email, cause: 'rekeyed', at }));
  const tokens = from.state.tokens.map(({ tenantKey, ...token }) =>
    EmailVerificationTokenIssued({ ...pair(to.id), ...token, tenant: tenantKey, at }),
  );
  return { from: forget(from.state, from.userId, 'rekeyed', at), to: [...marks, ...tokens] };
}

function pair({ appKey, userId, keyName }: VerifiedId) {
  return { app: appKey, userId, keyName };
}

function voided(
  state: EmailVerificationState,
  { appKey, keyName }: VerifiedId,
  of: Pick<VerificationToken, 'tenantKey' | 'email'>,
  cause: 'consumed' | 'expired' | 'revoked',
  at: number,
): readonly EmailVerificationEvent[] {
  const tokenHashes = state.tokens
    .filter((token) => token.tenantKey === of.tenantKey && token.email === of.email)
    .map((token) => token.tokenHash);
  if (tokenHashes.length === 0) return [];
  return [EmailVerificationTokensVoided({ app: appKey, keyName, tokenHashes, cause, at })];
}
