import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

/** Key material is sealed under the key of its app, which goes when the app goes. */
const secret = personal(z.string(), '');

const keyPair = {
  app: z.string(),
  kid: z.string(),
  /** What counts for rotation and order; ms since the epoch. */
  createdAt: z.int(),
  /** Base64 of the SPKI DER. */
  publicSpki: z.string(),
  /** Base64 of the PKCS#8 DER. */
  privatePkcs8: secret,
  at: z.int(),
};

export const DynamicSigningKeyGenerated = defineEvent('DynamicSigningKeyGenerated', keyPair);

export const StaticSigningKeyGenerated = defineEvent('StaticSigningKeyGenerated', keyPair);

/** The app got the key that its refresh tokens are encrypted with, for good (20-session.md 4.2). */
export const RefreshTokenKeyGenerated = defineEvent('RefreshTokenKeyGenerated', {
  app: z.string(),
  key: secret,
  createdAt: z.int(),
  at: z.int(),
});

/** No token that this key signed can still be alive. */
export const DynamicSigningKeyRetired = defineEvent('DynamicSigningKeyRetired', { kid: z.string(), at: z.int() });

export const signingKeyEvents = [
  DynamicSigningKeyGenerated,
  StaticSigningKeyGenerated,
  RefreshTokenKeyGenerated,
  DynamicSigningKeyRetired,
] as const;

export type SigningKeyEvent = EventOf<(typeof signingKeyEvents)[number]>;
