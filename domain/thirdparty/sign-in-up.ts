import type { Conflict } from '../accountlinking/reservations.js';
import { accept, type Decision, unchanged } from '../event.js';
import { claim, type IdentityState } from '../identity/identity.js';
import { EmailChanged, ThirdPartyUserSignedUp, type UserEvent } from '../user/events.js';
import type { ThirdPartyAccount, ThirdPartyMethod } from '../user/login-method.js';
import type { UserState } from '../user/user.js';
import { rejected, type UserDecision } from '../user/user-decision.js';

export interface ThirdPartySignUp {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly userId: string;
  readonly account: ThirdPartyAccount;
  /** Normalised. */
  readonly email: string;
  /** The time joined, ms since the epoch. */
  readonly at: number;
}

/** An account is unique per tenant. Its email need not be, and conflicts with nobody (40-thirdparty-passwordless.md 3.2). */
export function signUp(
  identity: IdentityState,
  { appKey: app, tenantKey: tenant, userId, account, email, at }: ThirdPartySignUp,
): UserDecision<{ readonly status: 'OK' | 'THIRD_PARTY_USER_ALREADY_EXISTS_ERROR' }> {
  const claimed = claim(identity, 'thirdparty', userId, at);
  if ('heldBy' in claimed) return rejected({ status: 'THIRD_PARTY_USER_ALREADY_EXISTS_ERROR' });
  const facts = { app, tenant, userId, at };
  const signedUp = ThirdPartyUserSignedUp({
    ...facts,
    thirdPartyId: account.id,
    thirdPartyUserId: account.userId,
    email,
  });
  return { result: { status: 'OK' }, user: [signedUp], identities: [claimed.events] };
}

/** The login method by a third-party account that a user's stream holds, if it does. */
export function thirdPartyMethod(user: UserState): ThirdPartyMethod | undefined {
  return user.method?.recipe === 'thirdparty' ? user.method : undefined;
}

/** Clients compare the reason as a whole (40-thirdparty-passwordless.md 3.2). */
const EMAIL_CHANGE_NOT_ALLOWED = {
  status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
  reason: 'Email already associated with another primary user.',
} as const;

export type EmailAtSignIn = { readonly status: 'OK' | 'UNKNOWN_USER_ID_ERROR' } | typeof EMAIL_CHANGE_NOT_ALLOWED;

/**
 * A user signs in with this email: it takes the place of another one (40-thirdparty-passwordless.md 3.3).
 *
 * @param conflict with another primary user, if the login method belongs to one
 */
export function changeEmailAtSignIn(
  user: UserState,
  email: string,
  conflict: Conflict | undefined,
  at: number,
): Decision<EmailAtSignIn, UserEvent> {
  const method = thirdPartyMethod(user);
  if (!method) return unchanged({ status: 'UNKNOWN_USER_ID_ERROR' });
  if (method.email === email) return unchanged({ status: 'OK' });
  if (conflict) return unchanged(EMAIL_CHANGE_NOT_ALLOWED);
  const { appKey: app, userId } = user;
  return accept<EmailAtSignIn, UserEvent>(
    { status: 'OK' },
    EmailChanged({ app, userId, oldEmail: method.email, newEmail: email, at }),
  );
}
