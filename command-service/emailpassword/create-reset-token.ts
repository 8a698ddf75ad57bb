import { issueResetToken, type ResetTokenEmail } from '../../domain/user/password-reset.js';
import { User, userStream } from '../../domain/user/user.js';
import { groupOf } from '../accountlinking/groups.js';
import { command, type Target } from '../command.js';
import { newOneTimeToken, oneTimeTokenHash } from '../one-time-token.js';
import { configOf } from '../tenancy/config-of.js';
import { resolveUserId } from '../useridmapping/resolve-user-id.js';

export interface CreateResetTokenInput {
  /** The issuing tenant, whose config says how long the token lives. The user need not be a member. */
  readonly target: Target;
  /** Any text. */
  readonly userId: string;
  readonly email: ResetTokenEmail;
}

export type CreateResetTokenResult =
  | { readonly status: 'OK'; readonly token: string }
  | { readonly status: 'UNKNOWN_USER_ID_ERROR' | 'EMAIL_MISSING' | 'SEVERAL_LOGIN_METHODS' };

/** Hands out a password-reset token (30-emailpassword.md 2.5). */
export const createResetToken = command<CreateResetTokenInput, CreateResetTokenResult>(
  'CreateResetToken',
  async (context, { target, userId: given, email }) => {
    const token = newOneTimeToken(context.randomBytes);
    const tokenHash = oneTimeTokenHash(token);
    const lifetimeMs = configOf(context.registry, target).password_reset_token_lifetime;
    return context.transact(async (tx) => {
      const userId = await resolveUserId(tx, target.appKey, given);
      if (userId === undefined) return { status: 'UNKNOWN_USER_ID_ERROR' };
      const stream = userStream(target.appKey, userId);
      const at = context.now();
      const user = await tx.load(User, stream);
      const group = email.from === 'login-method' ? await groupOf(tx, target, user) : undefined;
      const methods = group?.members.map((member) => member.method);
      const decision = issueResetToken(user, { tokenHash, email, expiresAt: at + lifetimeMs }, at, methods);
      tx.append(User, stream, decision.events);
      return decision.result.status === 'OK' ? { status: 'OK', token } : { status: decision.result.status };
    });
  },
);
