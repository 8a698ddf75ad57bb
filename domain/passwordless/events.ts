import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

const device = { app: z.string(), tenant: z.string(), deviceIdHash: z.string(), at: z.number() };
const personalText = personal(z.string(), '');
const optionalPersonalText = personal(z.string().nullable(), null);

/** A login attempt began: codes for it go to exactly one of an email and a phone number. */
export const PasswordlessDeviceCreated = defineEvent('PasswordlessDeviceCreated', {
  ...device,
  email: optionalPersonalText,
  phoneNumber: optionalPersonalText,
  linkCodeSalt: personalText,
});

/** A code was made for a device; only the hash of its link code is kept. */
export const PasswordlessCodeIssued = defineEvent('PasswordlessCodeIssued', {
  ...device,
  codeId: z.string(),
  linkCodeHash: personalText,
});

/** A code was typed that is not one of the device's, or no longer. */
export const PasswordlessCodeAttemptFailed = defineEvent('PasswordlessCodeAttemptFailed', {
  ...device,
  kind: z.enum(['incorrect', 'expired']),
  failedAttempts: z.number(),
});

/** One of several codes of a device can't be used any more. */
export const PasswordlessCodeRevoked = defineEvent('PasswordlessCodeRevoked', { ...device, codeId: z.string() });

/** The login attempt is over, and its codes with it. Destroys the key of the device's personal data. */
export const PasswordlessDeviceDiscarded = defineEvent('PasswordlessDeviceDiscarded', {
  ...device,
  reason: z.enum([
    'attempts-exhausted',
    'consumed',
    'revoked',
    'expired',
    'superseded',
    'contact-changed',
    'user-deleted',
  ]),
});

export const deviceEvents = [
  PasswordlessDeviceCreated,
  PasswordlessCodeIssued,
  PasswordlessCodeAttemptFailed,
  PasswordlessCodeRevoked,
  PasswordlessDeviceDiscarded,
] as const;

export type DeviceEvent = EventOf<(typeof deviceEvents)[number]>;
export type DiscardReason = EventOf<typeof PasswordlessDeviceDiscarded>['data']['reason'];

/** A device belongs to the contact whose stream this is. */
export const PasswordlessDeviceAttached = defineEvent('PasswordlessDeviceAttached', {
  deviceIdHash: z.string(),
  at: z.number(),
});

/** No device belongs to the contact any more. */
export const PasswordlessDevicesDetached = defineEvent('PasswordlessDevicesDetached', { at: z.number() });

export const contactEvents = [PasswordlessDeviceAttached, PasswordlessDevicesDetached] as const;

export type ContactEvent = EventOf<(typeof contactEvents)[number]>;
