import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { issueToken } from '../../domain/emailverification/decide.js';
import { command, type Target } from '../command.js';
import { newOneTimeToken, oneTimeTokenHash } from '../one-time-token.js';
import { configOf } from '../tenancy/config-of.js';
import { loadEmailVerification } from './email-verification.js';

export interface CreateVerificationTokenInput {
  /** The issuing tenant: the token is good there alone, and lives as long as its config says. */
  readonly target: Target;
  /** Any text: it need not be a user of ours, and is not translated. */
  readonly userId: string;
  readonly email: string;
}

export type CreateVerificationTokenResult =
  | { readonly status: 'OK'; readonly token: string }
  | { readonly status: 'EMAIL_ALREADY_VERIFIED_ERROR' };

/** Hands out an email verification token (30-emailpassword.md 5.1). */
export const createVerificationToken = command<CreateVerificationTokenInput, CreateVerificationTokenResult>(
  'CreateVerificationToken',
  (context, { target, userId, email: given }) => {
    const { appKey, tenantKey } = target;
    const token = newOneTimeToken(context.randomBytes);
    const tokenHash = oneTimeTokenHash(token);
    const email = normaliseEmail(given);
    const lifetimeMs = configOf(context.registry, target).email_verification_token_lifetime;
    return context.transact(async (tx) => {
      const known = await loadEmailVerification(tx, context, appKey, userId);
      const at = context.now();
      const issued = { tenantKey, email, tokenHash, expiresAt: at + lifetimeMs };
      const { result, events } = issueToken(known.state, known.id, issued, at);
      known.append(events);
      return result.status === 'OK' ? { status: 'OK', token } : { status: result.status };
    });
  },
);
