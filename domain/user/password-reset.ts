import { accept, type Decision, unchanged } from '../event.js';
import { PasswordChanged, PasswordResetTokenIssued, PasswordResetTokensVoided, type UserEvent } from './events.js';
import type { LoginMethod } from './login-method.js';
import { isKnownUser, type ResetToken, type UserState } from './user.js';

export type ResetResult =
  | { readonly status: 'OK'; readonly userId: string; readonly email: string }
  | { readonly status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' };

const INVALID = { status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' } as const;

/**
 * Where the email of a reset token comes from: the request, verbatim and compared with nothing (null: it has none), or
 * the user's own login method by email and password, as until CDI 3.1.
 */
export type ResetTokenEmail =
  | { readonly from: 'request'; readonly email: string | null }
  | { readonly from: 'login-method' };

export interface ResetTokenRequest {
  readonly tokenHash: string;
  readonly email: ResetTokenEmail;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

export type IssueResult = {
  readonly status: 'OK' | 'UNKNOWN_USER_ID_ERROR' | 'EMAIL_MISSING' | 'SEVERAL_LOGIN_METHODS';
};

/**
 * Hands out a reset token (30-emailpassword.md 2.5). That a user is unknown comes before a missing email.
 *
 * @param methods all login methods of the user; only looked at if the email is to come from there
 */
export function issueResetToken(
  state: UserState,
  { tokenHash, email: source, expiresAt }: ResetTokenRequest,
  at: number,
  methods: readonly LoginMethod[] = state.method ? [state.method] : [],
): Decision<IssueResult, UserEvent> {
  const { appKey: app, userId } = state;
  if (!isKnownUser(state)) return unchanged({ status: 'UNKNOWN_USER_ID_ERROR' });
  let email: string | null;
  const [only, another] = methods;
  if (source.from === 'request') email = source.email;
  else if (another) return unchanged({ status: 'SEVERAL_LOGIN_METHODS' });
  else if (only?.recipe === 'emailpassword') email = only.email;
  else return unchanged({ status: 'UNKNOWN_USER_ID_ERROR' });
  if (email === null) return unchanged({ status: 'EMAIL_MISSING' });
  return accept({ status: 'OK' }, PasswordResetTokenIssued({ app, userId, tokenHash, email, expiresAt, at }));
}

/** Whether a token would be consumed at this moment (ms since the epoch): known, and not past its time. */
export function isUsableResetToken(state: UserState, tokenHash: string, at: number): boolean {
  const token = knownToken(state, tokenHash);
  return token !== undefined && !isExpired(token, at);
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
  const token = knownToken(state, tokenHash);
  if (!token) return unchanged(INVALID);
  const facts = { app: state.appKey, userId: state.userId, at };
  if (isExpired(token, at))
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

function knownToken(state: UserState, tokenHash: string): ResetToken | undefined {
  return state.resetTokens.find((token) => token.tokenHash === tokenHash);
}

/** At the very moment of its expiry a token is still valid (30-emailpassword.md 1.8). */
function isExpired(token: ResetToken, at: number): boolean {
  return token.expiresAt < at;
}
