import { normaliseEmail } from '../../domain/emailpassword/email.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import type { BadInput } from '../../domain/tenancy/result.js';
import {
  changeEmailAtSignIn,
  type EmailAtSignIn,
  signUp,
  thirdPartyMethod,
} from '../../domain/thirdparty/sign-in-up.js';
import { type ThirdPartyAccount, thirdPartyInfo } from '../../domain/user/login-method.js';
import { primaryUserIdOf, User, userStream } from '../../domain/user/user.js';
import { planMemberChange } from '../accountlinking/plan-reservations.js';
import { tooLarge } from '../accountlinking/refusals.js';
import { recordActivity } from '../activity/record-activity.js';
import { type CommandContext, command, type Target } from '../command.js';
import { markEmailVerified } from '../emailverification/email-verification.js';
import type { Tx } from '../unit-of-work.js';
import { joinTime } from '../user/join-time.js';

export interface ThirdPartySignInUpInput {
  readonly target: Target;
  readonly account: ThirdPartyAccount;
  /** In any form. */
  readonly email: string;
  /** The provider vouches for the email. */
  readonly isVerified: boolean;
}

export type ThirdPartySignInUpResult =
  | {
      readonly status: 'OK';
      readonly userId: string;
      /** Of a user that was made, in ms since the epoch; null for one that was there. */
      readonly timeJoined: number | null;
    }
  | Exclude<EmailAtSignIn, { readonly status: 'OK' | 'UNKNOWN_USER_ID_ERROR' }>
  | BadInput;

/**
 * Signs a user in by an account at a third party, or up if the account is nobody's in the tenant
 * (40-thirdparty-passwordless.md 3.2). Who the account belongs to has been established by the caller.
 */
export const thirdPartySignInUp = command<ThirdPartySignInUpInput, ThirdPartySignInUpResult>(
  'ThirdPartySignInUp',
  async (context, { target, account, email: given, isVerified }) => {
    const email = normaliseEmail(given);
    const signedIn = await context.transact(async (tx) => {
      const at = context.now();
      const user =
        (await existingUser(tx, target, account, email, at)) ?? (await newUser(tx, context, target, account, email));
      if (user.status === 'OK' && isVerified) {
        const own = { appKey: target.appKey, recipeUserId: user.userId, email };
        await markEmailVerified(tx, context, own, 'thirdparty', at);
      }
      return user;
    });
    if (signedIn.status !== 'OK') return signedIn;
    const { activeUserId, ...result } = signedIn;
    if (result.timeJoined === null) await recordActivity(context, target.appKey, activeUserId);
    return result;
  },
);

type SignedIn =
  | (Extract<ThirdPartySignInUpResult, { readonly status: 'OK' }> & {
      /** The primary user, if the login method belongs to one. */
      readonly activeUserId: string;
    })
  | Exclude<ThirdPartySignInUpResult, { readonly status: 'OK' }>;

async function existingUser(
  tx: Tx,
  target: Target,
  account: ThirdPartyAccount,
  email: string,
  at: number,
): Promise<SignedIn | undefined> {
  const { appKey, tenantKey } = target;
  const { kind, value } = thirdPartyInfo(account);
  const identity = await tx.load(Identity, identityStream(appKey, tenantKey, kind, value));
  const userId = identity.holders.thirdparty;
  if (userId === undefined) return undefined;
  const id = userStream(appKey, userId);
  const user = await tx.load(User, id);
  const method = thirdPartyMethod(user);
  if (!method) throw new Error('an account is taken, but by nobody');
  if (method.email !== email) {
    const reservations = await planMemberChange(tx, target, user, { ...method, email }, at);
    if (reservations.isTooLarge) return tooLarge();
    const { result, events } = changeEmailAtSignIn(user, email, reservations.conflict, at);
    if (result.status === 'EMAIL_CHANGE_NOT_ALLOWED_ERROR') return result;
    reservations.apply();
    tx.append(User, id, events);
  }
  return { status: 'OK', userId, timeJoined: null, activeUserId: primaryUserIdOf(user) ?? userId };
}

async function newUser(
  tx: Tx,
  context: CommandContext,
  { appKey, tenantKey }: Target,
  account: ThirdPartyAccount,
  email: string,
): Promise<SignedIn> {
  const { kind, value } = thirdPartyInfo(account);
  const identityId = identityStream(appKey, tenantKey, kind, value);
  const identity = await tx.load(Identity, identityId);
  const userId = context.uuid();
  const at = joinTime(context, appKey);
  const decision = signUp(identity, { appKey, tenantKey, userId, account, email, at });
  if (decision.result.status !== 'OK') throw new Error('an account is nobody’s, and yet taken');
  const userStreamId = userStream(appKey, userId);
  await tx.create(User, userStreamId);
  tx.append(User, userStreamId, decision.user);
  tx.append(Identity, identityId, decision.identities[0] ?? []);
  return { status: 'OK', userId, timeJoined: at, activeUserId: userId };
}
