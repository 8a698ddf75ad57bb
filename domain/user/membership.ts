import type { Conflict } from '../accountlinking/reservations.js';
import { type AccountInfoKind, claim, type IdentityEvent, type IdentityState, release } from '../identity/identity.js';
import { UserAssociatedWithTenant, UserDisassociatedFromTenant, type UserEvent } from './events.js';
import { claimsOf } from './login-method.js';
import type { UserState } from './user.js';
import { rejected, type UserDecision } from './user-decision.js';

/** How it is told that another login method of the recipe has an account info in the tenant. */
export const TAKEN: Readonly<Record<AccountInfoKind, TakenStatus>> = {
  email: 'EMAIL_ALREADY_EXISTS_ERROR',
  phone: 'PHONE_NUMBER_ALREADY_EXISTS_ERROR',
  thirdparty: 'THIRD_PARTY_USER_ALREADY_EXISTS_ERROR',
};

export type TakenStatus =
  | 'EMAIL_ALREADY_EXISTS_ERROR'
  | 'PHONE_NUMBER_ALREADY_EXISTS_ERROR'
  | 'THIRD_PARTY_USER_ALREADY_EXISTS_ERROR';

export type Association =
  | { readonly status: 'OK'; readonly wasAlreadyAssociated: boolean }
  | { readonly status: 'UNKNOWN_USER_ID_ERROR' | TakenStatus }
  | { readonly status: 'ASSOCIATION_NOT_ALLOWED_ERROR'; readonly reason: string };

const OTHERS_INFO: Readonly<Record<AccountInfoKind, string>> = {
  email: 'email',
  phone: 'phone number',
  thirdparty: 'third party info',
};

/**
 * Makes the login method a member of one more tenant (10-multitenancy.md 9.1).
 *
 * @param identities those of the login method's claims (`claimsOf`) in that tenant
 * @param conflict with another primary user, if the one that the login method belongs to had the tenant as well
 */
export function associateWithTenant(
  user: UserState,
  identities: readonly IdentityState[],
  tenantKey: string,
  at: number,
  conflict?: Conflict,
): UserDecision<Association> {
  const { method } = user;
  if (!method) return rejected({ status: 'UNKNOWN_USER_ID_ERROR' });
  if (method.tenants.includes(tenantKey)) return rejected({ status: 'OK', wasAlreadyAssociated: true });
  if (conflict) {
    const reason = `Another primary user with ${OTHERS_INFO[conflict.kind]} already exists: ${conflict.primaryUserId}`;
    return rejected({ status: 'ASSOCIATION_NOT_ALLOWED_ERROR', reason });
  }
  const claimed: (readonly IdentityEvent[])[] = [];
  for (const [index, { kind }] of claimsOf(method).entries()) {
    const attempt = claim(identities[index] ?? { holders: {} }, method.recipe, user.userId, at);
    if ('heldBy' in attempt) return rejected({ status: TAKEN[kind] });
    claimed.push(attempt.events);
  }
  const associated = UserAssociatedWithTenant({ app: user.appKey, userId: user.userId, tenant: tenantKey, at });
  return { result: { status: 'OK', wasAlreadyAssociated: false }, user: [associated], identities: claimed };
}

/** Events for the user's stream and for its identity streams, in the order these were given. */
export interface Departure {
  readonly user: readonly UserEvent[];
  readonly identities: readonly (readonly IdentityEvent[])[];
}

const nothing: Departure = { user: [], identities: [] };

/**
 * Ends the membership of a login method in one tenant and frees its account infos there (10-multitenancy.md 9.2).
 *
 * @param identities those of the login method's claims (`claimsOf`) in that tenant
 */
export function disassociateFromTenant(
  user: UserState,
  identities: readonly IdentityState[],
  tenantKey: string,
  at: number,
): Departure {
  const { method } = user;
  if (!method?.tenants.includes(tenantKey)) return nothing;
  return {
    user: [UserDisassociatedFromTenant({ app: user.appKey, userId: user.userId, tenant: tenantKey, at })],
    identities: identities.map((identity) => release(identity, method.recipe, user.userId, at)),
  };
}
