import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

const user = { app: z.string(), userId: z.string(), at: z.number() };
const personalText = personal(z.string(), '');
const optionalPersonalText = personal(z.string().nullable(), null);

/** A login method by email and password came to be, in one tenant. */
export const EmailPasswordUserSignedUp = defineEvent('EmailPasswordUserSignedUp', {
  ...user,
  tenant: z.string(),
  email: personalText,
  passwordHash: personalText,
  cause: z.enum(['signup', 'import']),
});

/** A login method by an account at a third-party provider came to be, in one tenant. */
export const ThirdPartyUserSignedUp = defineEvent('ThirdPartyUserSignedUp', {
  ...user,
  tenant: z.string(),
  thirdPartyId: z.string(),
  thirdPartyUserId: personalText,
  email: personalText,
});

/** A login method by codes sent to an email or a phone number came to be, in one tenant. */
export const PasswordlessUserSignedUp = defineEvent('PasswordlessUserSignedUp', {
  ...user,
  tenant: z.string(),
  email: optionalPersonalText,
  phoneNumber: optionalPersonalText,
});

/** The email and phone number that a passwordless login method has from now on; null for one it does not have. */
export const PasswordlessContactsChanged = defineEvent('PasswordlessContactsChanged', {
  ...user,
  email: optionalPersonalText,
  phoneNumber: optionalPersonalText,
});

export const PasswordChanged = defineEvent('PasswordChanged', {
  ...user,
  passwordHash: personalText,
  cause: z.enum(['update', 'reset', 'import']),
});

/** A login method by email and password, or by a third party, has another email in all its tenants. */
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
  ThirdPartyUserSignedUp,
  PasswordlessUserSignedUp,
  PasswordlessContactsChanged,
  PasswordChanged,
  EmailChanged,
  UserAssociatedWithTenant,
  UserDisassociatedFromTenant,
  PasswordResetTokenIssued,
  PasswordResetTokensVoided,
  UserDeleted,
] as const;

export type UserEvent = EventOf<(typeof userEvents)[number]>;
