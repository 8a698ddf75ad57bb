import { accept, type Decision, unchanged } from '../event.js';
import { PasswordChanged, PasswordResetTokenIssued, PasswordResetTokensVoided, type UserEvent } from './events.js';
import type { UserState } from './user.js';

export type ResetResult =
  | { readonly status: 'OK'; readonly userId: string; readonly email: string }
  | { readonly status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' };

const INVALID = { status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' } as const;

/**
 * Hands out a reset token (30-emailpassword.md 2.5).
 *
 * @param email verbatim as the caller gave it
 * @param expiresAt ms since the epoch
 */
export function issueResetToken(
  state: UserState,
  token: { readonly tokenHash: string; readonly email: string; readonly expiresAt: number },
  at: number,
): Decision<{ readonly status: 'OK' | 'UNKNOWN_USER_ID_ERROR' }, UserEvent> {
  if (!state.method) return unchanged({ status: 'UNKNOWN_USER_ID_ERROR' });
  return accept({ status: 'OK' }, PasswordResetTokenIssued({ app: state.appKey, userId: state.userId, at, ...token }));
}

/**
 * Consumes a reset token: any one voids all of the user's, and so does presenting one after its time
 * (30-emailpassword.md 1.8, 2.6). With `newPasswordHash` the password changes in the same append (2.7).
 */
export function consumeResetToken(
  state: UserState,
  tokenHash: string,
  at: number,
  newPasswordHash?: string,
): Decision<ResetResult, UserEvent> {
  const token = state.resetTokens.find((open) => open.tokenHash === tokenHash);
  if (!token) return unchanged(INVALID);
  const facts = { app: state.appKey, userId: state.userId, at };
  if (token.expiresAt < at)
    return accept<ResetResult, UserEvent>(
      INVALID,
      PasswordResetTokensVoided({ ...facts, tokenHash, cause: 'expired' }),
    );
  const changes: UserEvent[] =
    newPasswordHash !== undefined && state.method?.recipe === 'emailpassword'
      ? [PasswordChanged({ ...facts, passwordHash: newPasswordHash, cause: 'reset' })]
      : [];
  return accept<ResetResult, UserEvent>(
    { status: 'OK', userId: state.userId, email: token.email },
    PasswordResetTokensVoided({ ...facts, tokenHash, cause: 'consumed' }),
    ...changes,
  );
}
