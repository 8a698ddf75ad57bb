import { isFakeEmail, normaliseEmail } from '../../domain/emailpassword/email.js';
import { command, type Target } from '../command.js';
import { markEmailVerified } from '../emailverification/email-verification.js';
import { createUser } from './create-user.js';
import { hashingSettings } from './hashing-settings.js';

export interface SignUpInput {
  readonly target: Target;
  readonly email: string;
  readonly password: string;
}

export type SignUpResult =
  | {
      readonly status: 'OK';
      readonly userId: string;
      /** ms since the epoch. */
      readonly timeJoined: number;
    }
  | { readonly status: 'EMAIL_ALREADY_EXISTS_ERROR' };

/** Makes a user who signs in by email and password (30-emailpassword.md 2.1). */
export const signUp = command<SignUpInput, SignUpResult>('SignUp', async (context, { target, email, password }) => {
  const passwordHash = await context.hasher.hash(password, hashingSettings(context.registry, target));
  const normalised = normaliseEmail(email);
  return context.transact(async (tx) => {
    const created = await createUser(tx, context, target, { email: normalised, passwordHash, cause: 'signup' });
    if (!created) return { status: 'EMAIL_ALREADY_EXISTS_ERROR' };
    const { userId, at } = created;
    if (isFakeEmail(normalised)) {
      const own = { appKey: target.appKey, recipeUserId: userId, email: normalised };
      await markEmailVerified(tx, context, own, 'fake', at);
    }
    return { status: 'OK', userId, timeJoined: at };
  });
});
