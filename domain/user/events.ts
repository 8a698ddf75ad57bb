import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

const user = { app: z.string(), userId: z.string(), at: z.number() };
const personalText = personal(z.string(), '');

/** A login method by email and password came to be, in one tenant. */
export const EmailPasswordUserSignedUp = defineEvent('EmailPasswordUserSignedUp', {
  ...user,
  tenant: z.string(),
  email: personalText,
  passwordHash: personalText,
  cause: z.enum(['signup', 'import']),
});

export const PasswordChanged = defineEvent('PasswordChanged', {
  ...user,
  passwordHash: personalText,
  cause: z.enum(['update', 'reset', 'import']),
});

export const EmailChanged = defineEvent('EmailChanged', { ...user, oldEmail: personalText, newEmail: personalText });

export const UserAssociatedWithTenant = defineEvent('UserAssociatedWithTenant', { ...user, tenant: z.string() });

export const UserDisassociatedFromTenant = defineEvent('UserDisassociatedFromTenant', { ...user, tenant: z.string() });

/** A password-reset token was handed out; only its hash is kept. The email is what the caller sent, verbatim. */
export const PasswordResetTokenIssued = defineEvent('PasswordResetTokenIssued', {
  ...user,
  tokenHash: z.string(),
  email: personalText,
  expiresAt: z.number(),
});

/** All open reset tokens of the user are void: one was consumed, or one was presented after its time. */
export const PasswordResetTokensVoided = defineEvent('PasswordResetTokensVoided', {
  ...user,
  tokenHash: z.string(),
  cause: z.enum(['consumed', 'expired']),
});

/** The user is gone. Destroys the key of the user's personal data. */
export const UserDeleted = defineEvent('UserDeleted', user);

export const userEvents = [
  EmailPasswordUserSignedUp,
  PasswordChanged,
  EmailChanged,
  UserAssociatedWithTenant,
  UserDisassociatedFromTenant,
  PasswordResetTokenIssued,
  PasswordResetTokensVoided,
  UserDeleted,
] as const;

export type UserEvent = EventOf<(typeof userEvents)[number]>;
