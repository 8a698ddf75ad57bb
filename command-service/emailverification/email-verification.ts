import { forget, markVerified, rekey, type VerifiedId } from '../../domain/emailverification/decide.js';
import {
  EmailVerification,
  type EmailVerificationState,
  emailVerificationStream,
  isInUse,
  isVerified,
} from '../../domain/emailverification/email-verification.js';
import type { EmailVerificationEvent, VerificationCause } from '../../domain/emailverification/events.js';
import type { StreamId } from '../../domain/event.js';
import type { CommandContext } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { effectiveId, isAuthId } from '../useridmapping/resolve-user-id.js';

/** What is known of a user id's emails, and what a decision on it needs. */
export interface LoadedId {
  readonly state: EmailVerificationState;
  readonly id: VerifiedId;
  append(events: readonly EmailVerificationEvent[]): void;
}

/**
 * Folds what is known of any user id, as the caller gave it. A user of ours is sealed under the user's own key and is
 * erased with it; any other id gets a key of its own, whose name says nothing.
 */
export async function loadEmailVerification(
  tx: Tx,
  context: Pick<CommandContext, 'uuid'>,
  appKey: string,
  userId: string,
): Promise<LoadedId> {
  const stream: StreamId = emailVerificationStream(appKey, userId);
  const state = await tx.load(EmailVerification, stream);
  const keyName = state.keyName ?? ((await isAuthId(tx, appKey, userId)) ? userId : context.uuid());
  return {
    state,
    id: { appKey, userId, keyName },
    append: (events) => tx.append(EmailVerification, stream, events),
  };
}

/** An email of a login method. */
export interface EmailOfLoginMethod {
  readonly appKey: string;
  /** The SuperTokens id of the login method. */
  readonly recipeUserId: string;
  /** Normalised. */
  readonly email: string;
}

/**
 * Marks an email of a login method as verified, in the caller's append and under the id that clients know the login
 * method by (30-emailpassword.md 4.1). Nothing to do if it is. The user must have been made or loaded before.
 *
 * @param at ms since the epoch
 */
export async function markEmailVerified(
  tx: Tx,
  context: Pick<CommandContext, 'uuid'>,
  { appKey, recipeUserId, email }: EmailOfLoginMethod,
  cause: VerificationCause,
  at: number,
): Promise<void> {
  const known = await loadEmailVerification(tx, context, appKey, await effectiveId(tx, appKey, recipeUserId));
  known.append(markVerified(known.state, known.id, email, cause, at));
}

/** Whether an email of a login method is verified under the id that clients know the login method by. */
export async function isEmailVerified(tx: Tx, { appKey, recipeUserId, email }: EmailOfLoginMethod): Promise<boolean> {
  const userId = await effectiveId(tx, appKey, recipeUserId);
  return isVerified(await tx.load(EmailVerification, emailVerificationStream(appKey, userId)), email);
}

/** Whether there is a mark or a valid token of this very id (32-users.md 7.2 step 4). */
export async function isUsedByEmailVerification(
  tx: Tx,
  context: Pick<CommandContext, 'now'>,
  appKey: string,
  userId: string,
): Promise<boolean> {
  return isInUse(await tx.load(EmailVerification, emailVerificationStream(appKey, userId)), context.now());
}

/** Moves marks and tokens to another id, in the caller's append. */
export async function rekeyEmailVerification(
  tx: Tx,
  context: Pick<CommandContext, 'uuid'>,
  appKey: string,
  { from, to }: { readonly from: string; readonly to: string },
  at: number,
): Promise<void> {
  const source = await loadEmailVerification(tx, context, appKey, from);
  const target = await loadEmailVerification(tx, context, appKey, to);
  const moved = rekey({ userId: from, state: source.state }, target, at);
  source.append(moved.from);
  target.append(moved.to);
}

/** Drops marks and tokens of this very id, in the append that deletes its user (32-users.md 6.1). */
export async function forgetEmailVerification(tx: Tx, appKey: string, userId: string, at: number): Promise<void> {
  const stream = emailVerificationStream(appKey, userId);
  const state = await tx.load(EmailVerification, stream);
  tx.append(EmailVerification, stream, forget(state, userId, 'user-deleted', at));
}
