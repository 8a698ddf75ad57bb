import { consumeResetToken as decideConsumption, type ResetResult } from '../../domain/user/password-reset.js';
import { User, userStream } from '../../domain/user/user.js';
import { type CommandContext, command } from '../command.js';
import { effectiveId } from '../useridmapping/resolve-user-id.js';

/** A reset token that was presented, and whose it may be: a candidate, which the user's own stream confirms or not. */
export interface PresentedResetToken {
  readonly appKey: string;
  readonly userId: string;
  readonly tokenHash: string;
}

/** Consumes a password-reset token; the password stays as it is (30-emailpassword.md 2.6). */
export const consumeResetToken = command<PresentedResetToken, ResetResult>('ConsumeResetToken', (context, token) =>
  consume(context, token, context.now()),
);

/**
 * Puts a presented token to its user's stream. The answer names the user as clients know it.
 *
 * @param at the moment it counts as presented, ms since the epoch
 */
export function consume(
  context: CommandContext,
  { appKey, userId, tokenHash }: PresentedResetToken,
  at: number,
  newPasswordHash?: string,
): Promise<ResetResult> {
  return context.transact(async (tx) => {
    const stream = userStream(appKey, userId);
    const decision = decideConsumption(await tx.load(User, stream), tokenHash, at, newPasswordHash);
    tx.append(User, stream, decision.events);
    const { result } = decision;
    return result.status === 'OK' ? { ...result, userId: await effectiveId(tx, appKey, userId) } : result;
  });
}
