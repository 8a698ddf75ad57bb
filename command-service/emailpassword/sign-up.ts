import { signUp as decideSignUp } from '../../domain/emailpassword/decide.js';
import { isFakeEmail, normaliseEmail } from '../../domain/emailpassword/email.js';
import {
  EmailVerification,
  EmailVerified,
  emailVerificationStream,
} from '../../domain/emailverification/email-verification.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import { User, userStream } from '../../domain/user/user.js';
import { command, type Target } from '../command.js';
import { joinTime } from '../user/join-time.js';
import { hashingSettings } from './hashing-settings.js';

export interface SignUpInput {
  readonly target: Target;
  readonly email: string;
  readonly password: string;
}

export type SignUpResult =
  | { readonly status: 'OK'; readonly userId: string }
  | { readonly status: 'EMAIL_ALREADY_EXISTS_ERROR' };

/** Makes a user who signs in by email and password (30-emailpassword.md 2.1). */
export const signUp = command<SignUpInput, SignUpResult>('SignUp', async (context, { target, email, password }) => {
  const passwordHash = await context.hasher.hash(password, hashingSettings(context.registry, target));
  const normalised = normaliseEmail(email);
  return context.transact(async (tx) => {
    const { appKey, tenantKey } = target;
    const userId = context.uuid();
    const identityId = identityStream(appKey, tenantKey, 'email', normalised);
    const identity = await tx.load(Identity, identityId);
    const at = joinTime(context, appKey);
    const cause = 'signup';
    const decision = decideSignUp(identity, { appKey, tenantKey, userId, email: normalised, passwordHash, cause, at });
    if (decision.result.status !== 'OK') return { status: 'EMAIL_ALREADY_EXISTS_ERROR' };
    const userStreamId = userStream(appKey, userId);
    await tx.create(User, userStreamId);
    tx.append(User, userStreamId, decision.user);
    tx.append(Identity, identityId, decision.identities[0] ?? []);
    if (isFakeEmail(normalised)) {
      const mark = emailVerificationStream(appKey, userId, normalised);
      await tx.create(EmailVerification, mark);
      const verified = EmailVerified({ app: appKey, userId, email: normalised, cause: 'fake', at });
      tx.append(EmailVerification, mark, [verified]);
    }
    return { status: 'OK', userId };
  });
});
