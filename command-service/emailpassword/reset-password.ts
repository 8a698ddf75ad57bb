import { isUsableResetToken, type ResetResult } from '../../domain/user/password-reset.js';
import { User, userStream } from '../../domain/user/user.js';
import { type CommandContext, command, type Target } from '../command.js';
import { consume, type PresentedResetToken } from './consume-reset-token.js';
import { hashingSettings } from './hashing-settings.js';

export interface ResetPasswordInput {
  readonly target: Target;
  readonly userId: string;
  readonly tokenHash: string;
  readonly newPassword: string;
}

/**
 * Replaces a password on presentation of a reset token, which is consumed in the same append (30-emailpassword.md 2.7).
 * The token is looked at before the password is hashed (W4), and counts as presented at that moment.
 */
export const resetPassword = command<ResetPasswordInput, ResetResult>(
  'ResetPassword',
  async (context, { target, userId, tokenHash, newPassword }) => {
    const token = { appKey: target.appKey, userId, tokenHash };
    const at = context.now();
    if (!(await isUsable(context, token, at))) return consume(context, token, at);
    const hash = await context.hasher.hash(newPassword, hashingSettings(context.registry, target));
    return consume(context, token, at, hash);
  },
);

function isUsable(context: CommandContext, token: PresentedResetToken, at: number): Promise<boolean> {
  return context.transact(async (tx) =>
    isUsableResetToken(await tx.load(User, userStream(token.appKey, token.userId)), token.tokenHash, at),
  );
}
