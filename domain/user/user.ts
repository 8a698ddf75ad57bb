import { type LinkingEvent, linkingEvents } from '../accountlinking/events.js';
import { evolveLinking, type Linking, UNLINKED } from '../accountlinking/linking.js';
import type { Aggregate, StreamId } from '../event.js';
import { type UserEvent, userEvents } from './events.js';
import type { LoginMethod, PasswordlessMethod } from './login-method.js';

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
  /** Undefined for nobody, and for a primary user whose own login method is gone while others are linked to it. */
  readonly method: LoginMethod | undefined;
  readonly linking: Linking;
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

const nobody: UserState = { appKey: '', userId: '', method: undefined, linking: UNLINKED, resetTokens: [] };

export const User: Aggregate<UserState, UserEvent | LinkingEvent> = {
  category: 'user',
  events: [...userEvents, ...linkingEvents],
  initial: nobody,
  evolve(state, event) {
    switch (event.type) {
      case 'EmailPasswordUserSignedUp': {
        const { email, passwordHash } = event.data;
        return signedUp(event.data, { ...joined(event.data), recipe: 'emailpassword', email, passwordHash });
      }
      case 'ThirdPartyUserSignedUp': {
        const { thirdPartyId: id, thirdPartyUserId: userId, email } = event.data;
        return signedUp(event.data, { ...joined(event.data), recipe: 'thirdparty', email, thirdParty: { id, userId } });
      }
      case 'PasswordlessUserSignedUp':
        return signedUp(event.data, { ...joined(event.data), recipe: 'passwordless', ...contacts(event.data) });
      case 'PasswordlessContactsChanged':
        return changeMethod(state, (method) => {
          const { recipe, timeJoined, tenants } = method;
          return recipe === 'passwordless' ? { recipe, timeJoined, tenants, ...contacts(event.data) } : method;
        });
      case 'PasswordChanged': {
        const { passwordHash } = event.data;
        return changeMethod(state, (method) =>
          method.recipe === 'emailpassword' ? { ...method, passwordHash } : method,
        );
      }
      case 'EmailChanged': {
        const { newEmail: email } = event.data;
        return changeMethod(state, (method) => ({ ...method, email }));
      }
      case 'UserAssociatedWithTenant':
        return changeMethod(state, (method) => ({ ...method, tenants: [...method.tenants, event.data.tenant] }));
      case 'UserDisassociatedFromTenant':
        return changeMethod(state, (method) => ({
          ...method,
          tenants: method.tenants.filter((key) => key !== event.data.tenant),
        }));
      case 'PasswordResetTokenIssued': {
        const { tokenHash, email, expiresAt, at } = event.data;
        const known = state.resetTokens.filter((token) => token.expiresAt + EXPIRED_RESET_TOKEN_KNOWN_MS >= at);
        return { ...state, resetTokens: [...known, { tokenHash, email, expiresAt }].slice(-MAX_RESET_TOKENS) };
      }
      case 'PasswordResetTokensVoided':
        return { ...state, resetTokens: [] };
      case 'UserDeleted':
        return nobody;
      case 'PrimaryLoginMethodDeleted':
        return { ...state, method: undefined };
      default:
        return { ...state, linking: evolveLinking(state.linking, event) };
    }
  },
  subject: (state) => (state.userId === '' ? undefined : userSubject(state.appKey, state.userId)),
};

/**
 * Whether there is a user by the id of this stream: a login method, or a primary user whose own login method is gone
 * while others are linked to it ("auth ids", 32-users.md 0).
 */
export function isKnownUser(state: UserState): boolean {
  return state.method !== undefined || state.linking.kind === 'primary';
}

/** The primary user that a login method belongs to, itself included; undefined for an unlinked one. */
export function primaryUserIdOf({ userId, linking }: UserState): string | undefined {
  if (linking.kind === 'linked') return linking.primaryUserId;
  return linking.kind === 'primary' ? userId : undefined;
}

interface SignUpFacts {
  readonly app: string;
  readonly userId: string;
  readonly tenant: string;
  readonly at: number;
}

function signedUp({ app, userId }: SignUpFacts, method: LoginMethod): UserState {
  return { appKey: app, userId, method, linking: UNLINKED, resetTokens: [] };
}

function joined({ tenant, at }: SignUpFacts): Pick<LoginMethod, 'timeJoined' | 'tenants'> {
  return { timeJoined: at, tenants: [tenant] };
}

/** The contacts of a passwordless login method: those it does not have are absent. */
function contacts({
  email,
  phoneNumber,
}: {
  readonly email: string | null;
  readonly phoneNumber: string | null;
}): Pick<PasswordlessMethod, 'email' | 'phoneNumber'> {
  return { ...(email === null ? {} : { email }), ...(phoneNumber === null ? {} : { phoneNumber }) };
}

function changeMethod(state: UserState, change: (method: LoginMethod) => LoginMethod): UserState {
  return state.method ? { ...state, method: change(state.method) } : state;
}
