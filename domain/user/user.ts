import type { Aggregate, StreamId } from '../event.js';
import type { RecipeId } from '../identity/identity.js';
import { type UserEvent, userEvents } from './events.js';

/** A login method as its stream tells it. */
export interface LoginMethod {
  readonly recipe: RecipeId;
  readonly email: string;
  readonly passwordHash: string;
  /** ms since the epoch. */
  readonly timeJoined: number;
  /** Tenant keys in order of association, those of removed tenants included. */
  readonly tenants: readonly string[];
}

export interface ResetToken {
  readonly tokenHash: string;
  /** Verbatim as the caller gave it when the token was handed out. */
  readonly email: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/**
 * How long after its time a reset token is still known: to present one voids the user's other tokens
 * (30-emailpassword.md 1.8, "Cleanup"). In ms.
 */
export const EXPIRED_RESET_TOKEN_KNOWN_MS = 3_600_000;

/** How many reset tokens of a user are known at once, a limit of our own: the oldest make way for new ones. */
export const MAX_RESET_TOKENS = 1_000;

export interface UserState {
  readonly appKey: string;
  readonly userId: string;
  readonly method: LoginMethod | undefined;
  /** In the order in which they were handed out. */
  readonly resetTokens: readonly ResetToken[];
}

/** Whose key seals a person's data. */
export function userSubject(appKey: string, userId: string): string {
  return `user:${appKey}:${userId}`;
}

const USER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for text that can be the id of a user of ours: anything else is unknown without asking the log. */
export function isUserId(text: string): boolean {
  return USER_ID.test(text);
}

/** The stream of one login method. The id must satisfy {@link isUserId}. */
export function userStream(appKey: string, userId: string): StreamId {
  return { category: 'user', path: [appKey, userId] };
}

const nobody: UserState = { appKey: '', userId: '', method: undefined, resetTokens: [] };

export const User: Aggregate<UserState, UserEvent> = {
  category: 'user',
  events: userEvents,
  initial: nobody,
  evolve(state, event) {
    switch (event.type) {
      case 'EmailPasswordUserSignedUp': {
        const { app, userId, tenant, email, passwordHash, at } = event.data;
        const method = { recipe: 'emailpassword' as const, email, passwordHash, timeJoined: at, tenants: [tenant] };
        return { appKey: app, userId, method, resetTokens: [] };
      }
      case 'PasswordChanged':
        return changeMethod(state, { passwordHash: event.data.passwordHash });
      case 'EmailChanged':
        return changeMethod(state, { email: event.data.newEmail });
      case 'UserAssociatedWithTenant':
        return changeMethod(state, { tenants: [...(state.method?.tenants ?? []), event.data.tenant] });
      case 'UserDisassociatedFromTenant':
        return changeMethod(state, { tenants: state.method?.tenants.filter((key) => key !== event.data.tenant) ?? [] });
      case 'PasswordResetTokenIssued': {
        const { tokenHash, email, expiresAt, at } = event.data;
        const known = state.resetTokens.filter((token) => token.expiresAt + EXPIRED_RESET_TOKEN_KNOWN_MS >= at);
        return { ...state, resetTokens: [...known, { tokenHash, email, expiresAt }].slice(-MAX_RESET_TOKENS) };
      }
      case 'PasswordResetTokensVoided':
        return { ...state, resetTokens: [] };
      case 'UserDeleted':
        return nobody;
    }
  },
  subject: (state) => (state.userId === '' ? undefined : userSubject(state.appKey, state.userId)),
};

function changeMethod(state: UserState, change: Partial<LoginMethod>): UserState {
  return state.method ? { ...state, method: { ...state.method, ...change } } : state;
}
