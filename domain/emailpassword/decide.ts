import { EMAIL_CHANGE_NOT_ALLOWED, type EmailChangeNotAllowed } from '../accountlinking/answers.js';
import type { Conflict } from '../accountlinking/reservations.js';
import { accept, type Decision, unchanged } from '../event.js';
import { claim, type IdentityEvent, type IdentityState, release } from '../identity/identity.js';
import { EmailChanged, EmailPasswordUserSignedUp, PasswordChanged, type UserEvent } from '../user/events.js';
import type { EmailPasswordMethod } from '../user/login-method.js';
import type { UserState } from '../user/user.js';
import { rejected, type UserDecision } from '../user/user-decision.js';

const RECIPE = 'emailpassword';

export interface SignUp {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly userId: string;
  /** Normalised. */
  readonly email: string;
  readonly passwordHash: string;
  readonly cause: 'signup' | 'import';
  /** The time joined, ms since the epoch. */
  readonly at: number;
}

/** An email is unique per tenant and recipe: sign-up claims it or is refused (30-emailpassword.md 1.1, 2.1). */
export function signUp(
  identity: IdentityState,
  command: SignUp,
): UserDecision<{ readonly status: 'OK' | 'EMAIL_ALREADY_EXISTS_ERROR' }> {
  const claimed = claim(identity, RECIPE, command.userId, command.at);
  if ('heldBy' in claimed) return rejected({ status: 'EMAIL_ALREADY_EXISTS_ERROR' });
  const { appKey: app, tenantKey: tenant, userId, email, passwordHash, cause, at } = command;
  const signedUp = EmailPasswordUserSignedUp({ app, tenant, userId, email, passwordHash, cause, at });
  return { result: { status: 'OK' }, user: [signedUp], identities: [claimed.events] };
}

/** The login method by email and password that a user's stream holds, if it does. */
export function emailPasswordMethod(user: UserState): EmailPasswordMethod | undefined {
  return user.method?.recipe === RECIPE ? user.method : undefined;
}

export interface UpdateCredentials {
  /** Normalised. */
  readonly email: string | undefined;
  readonly passwordHash: string | undefined;
  readonly at: number;
}

export type UpdateResult =
  | { readonly status: 'OK' | 'UNKNOWN_USER_ID_ERROR' | 'EMAIL_ALREADY_EXISTS_ERROR' }
  | EmailChangeNotAllowed;

/** What is known of one tenant of the user: who holds the old and the new email there. */
export interface TenantIdentities {
  readonly old: IdentityState;
  readonly new: IdentityState;
}

/**
 * Changes email and password together or not at all (30-emailpassword.md 2.4). The email changes in all tenants of the
 * login method at once.
 *
 * @param tenants one entry per tenant of the login method; empty when the email stays as it is
 * @param conflict with another primary user, if the login method belongs to one; it counts before other holders do
 * @returns identities: for each tenant the events of the old email's stream, then those of the new one's
 */
export function updateCredentials(
  user: UserState,
  tenants: readonly TenantIdentities[],
  command: UpdateCredentials,
  conflict?: Conflict,
): UserDecision<UpdateResult> {
  const method = emailPasswordMethod(user);
  if (!method) return rejected({ status: 'UNKNOWN_USER_ID_ERROR' });
  const { email, passwordHash, at } = command;
  const facts = { app: user.appKey, userId: user.userId, at };
  const events: UserEvent[] = [];
  const identities: (readonly IdentityEvent[])[] = [];
  if (email !== undefined && email !== method.email) {
    if (conflict) return rejected(EMAIL_CHANGE_NOT_ALLOWED);
    for (const tenant of tenants) {
      const claimed = claim(tenant.new, RECIPE, user.userId, at);
      if ('heldBy' in claimed) return rejected({ status: 'EMAIL_ALREADY_EXISTS_ERROR' });
      identities.push(release(tenant.old, RECIPE, user.userId, at), claimed.events);
    }
    events.push(EmailChanged({ ...facts, oldEmail: method.email, newEmail: email }));
  }
  if (passwordHash !== undefined) events.push(PasswordChanged({ ...facts, passwordHash, cause: 'update' }));
  return { result: { status: 'OK' }, user: events, identities };
}

/** Replaces the hash of a user that is imported again (30-emailpassword.md 2.8). */
export function replaceImportedHash(user: UserState, passwordHash: string, at: number): Decision<undefined, UserEvent> {
  if (!emailPasswordMethod(user)) return unchanged(undefined);
  const replaced = PasswordChanged({ app: user.appKey, userId: user.userId, passwordHash, cause: 'import', at });
  return accept<undefined, UserEvent>(undefined, replaced);
}
