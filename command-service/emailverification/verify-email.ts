import { type VerifyResult, verifyByToken } from '../../domain/emailverification/decide.js';
import { command, type Target } from '../command.js';
import { loadEmailVerification } from './email-verification.js';

export interface VerifyEmailInput {
  /** The tenant that the token is presented to. */
  readonly target: Target;
  /** Whose the token may be: a candidate, which the id's own stream confirms or not. */
  readonly userId: string;
  readonly tokenHash: string;
}

/** Verifies an email by a token, which is consumed in the same append (30-emailpassword.md 5.2). */
export const verifyEmail = command<VerifyEmailInput, VerifyResult>(
  'VerifyEmail',
  (context, { target: { appKey, tenantKey }, userId, tokenHash }) =>
    context.transact(async (tx) => {
      const known = await loadEmailVerification(tx, context, appKey, userId);
      const { result, events } = verifyByToken(known.state, known.id, tenantKey, tokenHash, context.now());
      known.append(events);
      return result;
    }),
);
