import type { Decision } from '../../../domain/event.js';
import {
  EmailPasswordUserSignedUp,
  PasswordResetTokenIssued,
  UserAssociatedWithTenant,
  type UserEvent,
} from '../../../domain/user/events.js';

/** When the user of these tests joined. */
export const T0 = 1_700_000_000_000;
export const HOUR = 3_600_000;
export const APP = 'public';
export const USER_ID = '6e7a3f52-1c0b-4d0f-9a51-0b7c6d5e4f3a';

const user = { app: APP, userId: USER_ID };

export const signedUp = EmailPasswordUserSignedUp({
  ...user,
  tenant: 't1',
  email: 'ann@example.org',
  passwordHash: 'hash-1',
  cause: 'signup',
  at: T0,
});

export const joined = (tenant: string): UserEvent => UserAssociatedWithTenant({ ...user, tenant, at: T0 + 1 });

/** A token issued at `at` that lives for an hour. */
export const issued = (tokenHash: string, at: number = T0, lifetimeMs: number = HOUR): UserEvent =>
  PasswordResetTokenIssued({ ...user, tokenHash, email: 'Ann@X.org', expiresAt: at + lifetimeMs, at });

/** A decision over a user and its identities, as one over the user alone. */
export function onUser<R>(decision: {
  readonly result: R;
  readonly user: readonly UserEvent[];
}): Decision<R, UserEvent> {
  return { result: decision.result, events: decision.user };
}
