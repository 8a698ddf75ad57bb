import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { unverify } from '../../domain/emailverification/decide.js';
import { command } from '../command.js';
import { loadEmailVerification } from './email-verification.js';

export interface UnverifyEmailInput {
  readonly appKey: string;
  /** Any text. */
  readonly userId: string;
  readonly email: string;
}

/** Takes the mark of a verified email away, if there is one; tokens stay valid (30-emailpassword.md 5.4). */
export const unverifyEmail = command<UnverifyEmailInput, { readonly status: 'OK' }>(
  'UnverifyEmail',
  (context, { appKey, userId, email }) =>
    context.transact(async (tx) => {
      const known = await loadEmailVerification(tx, context, appKey, userId);
      known.append(unverify(known.state, known.id, normaliseEmail(email), context.now()));
      return { status: 'OK' };
    }),
);
