import { issueResetToken, type ResetTokenEmail } from '../../domain/user/password-reset.js';
import { isUserId, User, userStream } from '../../domain/user/user.js';
import { command, type Target } from '../command.js';
import { configOf } from '../tenancy/config-of.js';
import { newResetToken, resetTokenHash } from './reset-token.js';

export interface CreateResetTokenInput {
  /** The issuing tenant, whose config says how long the token lives. The user need not be a member. */
  readonly target: Target;
  /** Any text. */
  readonly userId: string;
  readonly email: ResetTokenEmail;
}

export type CreateResetTokenResult =
  | { readonly status: 'OK'; readonly token: string }
  | { readonly status: 'UNKNOWN_USER_ID_ERROR' | 'EMAIL_MISSING' };

/** Hands out a password-reset token (30-emailpassword.md 2.5). */
export const createResetToken = command<CreateResetTokenInput, CreateResetTokenResult>(
  'CreateResetToken',
  async (context, { target, userId, email }) => {
    if (!isUserId(userId)) return { status: 'UNKNOWN_USER_ID_ERROR' };
    const token = newResetToken(context.randomBytes);
    const tokenHash = resetTokenHash(token);
    const lifetimeMs = configOf(context.registry, target).password_reset_token_lifetime;
    return context.transact(async (tx) => {
      const stream = userStream(target.appKey, userId);
      const at = context.now();
      const decision = issueResetToken(
        await tx.load(User, stream),
        { tokenHash, email, expiresAt: at + lifetimeMs },
        at,
      );
      tx.append(User, stream, decision.events);
      return decision.result.status === 'OK' ? { status: 'OK', token } : { status: decision.result.status };
    });
  },
);
