import { Identity, identityStream } from '../../domain/identity/identity.js';
import { passwordlessMethod } from '../../domain/passwordless/change-contacts.js';
import type { CheckedDevice, CodeRefusal } from '../../domain/passwordless/check-code.js';
import type { Contact } from '../../domain/passwordless/device.js';
import { signUp } from '../../domain/passwordless/sign-up.js';
import { accountInfosOf } from '../../domain/user/login-method.js';
import { primaryUserIdOf, User, userStream } from '../../domain/user/user.js';
import { recordActivity } from '../activity/record-activity.js';
import { type CommandContext, command, type Target } from '../command.js';
import { markEmailVerified } from '../emailverification/email-verification.js';
import type { Tx } from '../unit-of-work.js';
import { joinTime } from '../user/join-time.js';
import { discardDevicesOf } from './devices.js';
import { checkPresentedCode, type PresentedCodeInput } from './presented-code.js';

export interface ConsumeCodeInput extends PresentedCodeInput {
  /** Whether to have received the code proves the email: not before CDI 4.0. */
  readonly verifiesEmail: boolean;
}

export type ConsumeCodeResult =
  | {
      readonly status: 'OK';
      readonly userId: string;
      /** Of a user that was made, in ms since the epoch; null for one that was there. */
      readonly timeJoined: number | null;
      readonly device: CheckedDevice;
    }
  | CodeRefusal;

/**
 * Signs a user in by a code, or up if the contact is nobody's in the tenant (40-thirdparty-passwordless.md 5.4). One
 * append: the code and all others of the user's contacts are void if and only if the user is signed in.
 */
export const consumePasswordlessCode = command<ConsumeCodeInput, ConsumeCodeResult>(
  'ConsumePasswordlessCode',
  async (context, input) => {
    const { target } = input;
    let activeUserId: string | undefined;
    const result = await context.transact(async (tx): Promise<ConsumeCodeResult> => {
      const at = context.now();
      const checked = await checkPresentedCode(tx, context, input, at);
      if (checked.status !== 'OK') return checked;
      const { device } = checked;
      const user = (await existingUser(tx, target, device.contact)) ?? (await newUser(tx, context, target, device));
      activeUserId = user.timeJoined === null ? user.primaryUserId : undefined;
      await discardDevicesOf(tx, { ...target, contacts: user.contacts }, 'consumed', at);
      if (input.verifiesEmail && device.contact.kind === 'email') {
        const own = { appKey: target.appKey, recipeUserId: user.userId, email: device.contact.value };
        await markEmailVerified(tx, context, own, 'passwordless', at);
      }
      return { status: 'OK', userId: user.userId, timeJoined: user.timeJoined, device };
    });
    if (result.status === 'OK' && activeUserId !== undefined)
      await recordActivity(context, target.appKey, activeUserId);
    return result;
  },
);

interface SignedIn {
  readonly userId: string;
  /** The user it belongs to: itself if it is not linked. */
  readonly primaryUserId: string;
  /** Null if it was there before. */
  readonly timeJoined: number | null;
  /** All of the user's: whose devices end. */
  readonly contacts: readonly Contact[];
}

async function existingUser(tx: Tx, target: Target, contact: Contact): Promise<SignedIn | undefined> {
  const { appKey, tenantKey } = target;
  const identity = await tx.load(Identity, identityStream(appKey, tenantKey, contact.kind, contact.value));
  const userId = identity.holders.passwordless;
  if (userId === undefined) return undefined;
  const user = await tx.load(User, userStream(appKey, userId));
  const method = passwordlessMethod(user);
  if (!method) throw new Error('a contact is taken, but by nobody');
  return { userId, primaryUserId: primaryUserIdOf(user) ?? userId, timeJoined: null, contacts: contactsOf(method) };
}

async function newUser(
  tx: Tx,
  context: CommandContext,
  { appKey, tenantKey }: Target,
  { contact }: CheckedDevice,
): Promise<SignedIn> {
  const identityId = identityStream(appKey, tenantKey, contact.kind, contact.value);
  const identity = await tx.load(Identity, identityId);
  const userId = context.uuid();
  const at = joinTime(context, appKey);
  const decision = signUp(identity, { appKey, tenantKey, userId, contact, at });
  if (decision.result.status !== 'OK') throw new Error('a contact is nobody’s, and yet taken');
  const userStreamId = userStream(appKey, userId);
  await tx.create(User, userStreamId);
  tx.append(User, userStreamId, decision.user);
  tx.append(Identity, identityId, decision.identities[0] ?? []);
  return { userId, primaryUserId: userId, timeJoined: at, contacts: [contact] };
}

/** The contacts of a passwordless login method. */
export function contactsOf(method: Parameters<typeof accountInfosOf>[0]): Contact[] {
  return accountInfosOf(method).flatMap(({ kind, value }) => (kind === 'thirdparty' ? [] : [{ kind, value }]));
}
