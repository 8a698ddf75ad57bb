import { emailPasswordMethod } from '../../domain/emailpassword/decide.js';
import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import { primaryUserIdOf, User, userStream } from '../../domain/user/user.js';
import { recordActivity } from '../activity/record-activity.js';
import { isBlocked, settle } from '../bruteforce/attempt.js';
import { type CommandContext, command, type Target } from '../command.js';
import { hashingSettings } from './hashing-settings.js';

export interface SignInInput {
  readonly target: Target;
  readonly email: string;
  readonly password: string;
  /** Where it comes from, in the words of the client; null if it does not say. */
  readonly source: string | null;
}

export type SignInResult =
  | { readonly status: 'OK'; readonly userId: string }
  | { readonly status: 'WRONG_CREDENTIALS_ERROR' };

interface Credentials {
  readonly userId: string;
  /** The primary user, or the login method itself. */
  readonly activeUserId: string;
  readonly passwordHash: string;
}

/**
 * Signs a user in by email and password (30-emailpassword.md 2.2). Takes as long for an unknown email (W2). Whether a
 * block is in force does not depend on whether anybody has the email, so its answer may come at once.
 */
export const signIn = command<SignInInput, SignInResult>('SignIn', async (context, { target, password, ...input }) => {
  const attempt = { target, email: normaliseEmail(input.email), source: input.source };
  if (await isBlocked(context, attempt)) return { status: 'WRONG_CREDENTIALS_ERROR' };
  const settings = hashingSettings(context.registry, target);
  const credentials = await findCredentials(context, target, attempt.email);
  const fits = credentials
    ? await context.hasher.verify(password, credentials.passwordHash, settings)
    : await context.hasher.verifyDummy(password, settings).then(() => false);
  const isSignedIn = await settle(context, attempt, { fits, userId: credentials?.userId ?? null });
  if (!isSignedIn || !credentials) return { status: 'WRONG_CREDENTIALS_ERROR' };
  await recordActivity(context, target.appKey, credentials.activeUserId);
  return { status: 'OK', userId: credentials.userId };
});

function findCredentials(context: CommandContext, target: Target, email: string): Promise<Credentials | undefined> {
  return context.transact(async (tx) => {
    const { appKey, tenantKey } = target;
    const identity = await tx.load(Identity, identityStream(appKey, tenantKey, 'email', email));
    const userId = identity.holders.emailpassword;
    if (userId === undefined) return undefined;
    const user = await tx.load(User, userStream(appKey, userId));
    const method = emailPasswordMethod(user);
    return method && { userId, activeUserId: primaryUserIdOf(user) ?? userId, passwordHash: method.passwordHash };
  });
}
