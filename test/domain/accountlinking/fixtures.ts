import type { LinkingEvent } from '../../../domain/accountlinking/events.js';
import type { Group, Member } from '../../../domain/accountlinking/group.js';
import type { UserEvent } from '../../../domain/user/events.js';
import { EmailPasswordUserSignedUp } from '../../../domain/user/events.js';
import type { LoginMethod } from '../../../domain/user/login-method.js';
import { User, type UserState } from '../../../domain/user/user.js';
import { folded } from '../given.js';

export const APP = 'public';
export const T0 = 1_700_000_000_000;
export const AT = T0 + 9;
export const P = '11111111-1111-4111-8111-111111111111';
export const R = '22222222-2222-4222-8222-222222222222';
export const S = '33333333-3333-4333-8333-333333333333';
export const Q = '44444444-4444-4444-8444-444444444444';

/** What every event of these tests says: who, and when. */
export const fact = (userId: string) => ({ app: APP, userId, at: AT });

export const signedUp = (userId: string, email = 'ann@example.org'): UserEvent =>
  EmailPasswordUserSignedUp({ app: APP, userId, tenant: 't1', email, passwordHash: 'h', cause: 'signup', at: T0 });

/** The user that signed up, and to whom this happened since. */
export const user = (userId: string, ...since: readonly (UserEvent | LinkingEvent)[]): UserState =>
  folded(User, User.initial, [signedUp(userId), ...since]);

export const emailPassword = (email: string, ...tenants: readonly string[]): LoginMethod => ({
  recipe: 'emailpassword',
  email,
  passwordHash: 'h',
  timeJoined: T0,
  tenants,
});

export const google = (userId: string, email: string, ...tenants: readonly string[]): LoginMethod => ({
  recipe: 'thirdparty',
  email,
  thirdParty: { id: 'google', userId },
  timeJoined: T0,
  tenants,
});

export const member = (userId: string, method: LoginMethod): Member => ({ userId, method });

/** A primary user with these login methods, whether its own is among them or not. */
export const group = (primaryUserId: string, ...members: readonly Member[]): Group => ({ primaryUserId, members });

/** A primary user with login methods of which nothing matters but the ids. */
export const groupOf = (primaryUserId: string, ...userIds: readonly string[]): Group =>
  group(primaryUserId, ...userIds.map((id) => member(id, emailPassword(`${id}@example.org`, 't1'))));
