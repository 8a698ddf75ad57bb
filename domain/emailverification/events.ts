import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

/** What every event says: whose id it is about, and by what name the key goes that seals it. */
const stream = { app: z.string(), keyName: z.string(), at: z.number() };
/** Null after erasure. */
const personalText = personal(z.string().nullable(), null);
const pair = { ...stream, userId: personalText, email: personalText };

/** A token was handed out; only its hash is kept (30-emailpassword.md 4.2). */
export const EmailVerificationTokenIssued = defineEvent('EmailVerificationTokenIssued', {
  ...pair,
  tenant: z.string(),
  tokenHash: z.string(),
  expiresAt: z.number(),
});

/** Tokens are void: all of one tenant and email. */
export const EmailVerificationTokensVoided = defineEvent('EmailVerificationTokensVoided', {
  ...stream,
  tokenHashes: z.array(z.string()),
  cause: z.enum(['consumed', 'expired', 'revoked']),
});

/** A mark: this email is verified for this user id, which need not be a user of ours (30-emailpassword.md 4.1). */
export const EmailVerified = defineEvent('EmailVerified', {
  ...pair,
  cause: z.enum(['token', 'fake', 'thirdparty', 'passwordless', 'webauthn', 'import', 'rekeyed']),
});

/** The mark is gone, by request or because it made way for a newer one. */
export const EmailUnverified = defineEvent('EmailUnverified', {
  ...pair,
  cause: z.enum(['request', 'limit']),
});

/** All marks and tokens of the id are gone: deleted with its user, or moved to another id. */
export const EmailVerificationForgotten = defineEvent('EmailVerificationForgotten', {
  ...stream,
  cause: z.enum(['user-deleted', 'rekeyed']),
  /** The key sealed nothing else, and is to be destroyed. */
  destroysKey: z.boolean(),
});

export const emailVerificationEvents = [
  EmailVerificationTokenIssued,
  EmailVerificationTokensVoided,
  EmailVerified,
  EmailUnverified,
  EmailVerificationForgotten,
] as const;

export type EmailVerificationEvent = EventOf<(typeof emailVerificationEvents)[number]>;

/** Why an email counts as verified. */
export type VerificationCause = EventOf<typeof EmailVerified>['data']['cause'];
