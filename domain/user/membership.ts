import { type IdentityEvent, type IdentityState, release } from '../identity/identity.js';
import { UserDeleted, UserDisassociatedFromTenant, type UserEvent } from './events.js';
import type { UserState } from './user.js';

/** Events for the user's stream and for its identity streams, in the order these were given. */
export interface Departure {
  readonly user: readonly UserEvent[];
  readonly identities: readonly (readonly IdentityEvent[])[];
}

const nothing: Departure = { user: [], identities: [] };

/** Ends the membership of a login method in one tenant and frees its account info there (10-multitenancy.md 9.2). */
export function disassociateFromTenant(
  user: UserState,
  identity: IdentityState,
  tenantKey: string,
  at: number,
): Departure {
  const { method } = user;
  if (!method?.tenants.includes(tenantKey)) return nothing;
  return {
    user: [UserDisassociatedFromTenant({ app: user.appKey, userId: user.userId, tenant: tenantKey, at })],
    identities: [release(identity, method.recipe, user.userId, at)],
  };
}

/** Deletes a user and frees its account infos in every tenant (32-users.md 6). Nothing to do for an unknown one. */
export function deleteUser(user: UserState, identities: readonly IdentityState[], at: number): Departure {
  const { method } = user;
  if (!method) return nothing;
  return {
    user: [UserDeleted({ app: user.appKey, userId: user.userId, at })],
    identities: identities.map((identity) => release(identity, method.recipe, user.userId, at)),
  };
}
