import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { revokeTokens } from '../../domain/emailverification/decide.js';
import { command, type Target } from '../command.js';
import { loadEmailVerification } from './email-verification.js';

export interface RevokeVerificationTokensInput {
  /** The tenant that handed the tokens out. */
  readonly target: Target;
  /** Any text. */
  readonly userId: string;
  readonly email: string;
}

/** Voids the tokens of a tenant, user id and email (30-emailpassword.md 5.5). */
export const revokeVerificationTokens = command<RevokeVerificationTokensInput, { readonly status: 'OK' }>(
  'RevokeVerificationTokens',
  (context, { target: { appKey, tenantKey }, userId, email }) =>
    context.transact(async (tx) => {
      const known = await loadEmailVerification(tx, context, appKey, userId);
      const of = { tenantKey, email: normaliseEmail(email) };
      known.append(revokeTokens(known.state, known.id, of, context.now()));
      return { status: 'OK' };
    }),
);
