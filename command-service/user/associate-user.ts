import type { BadInput } from '../../domain/tenancy/result.js';
import { claimsOf } from '../../domain/user/login-method.js';
import { type Association, associateWithTenant } from '../../domain/user/membership.js';
import { User, userStream } from '../../domain/user/user.js';
import { planMemberChange } from '../accountlinking/plan-reservations.js';
import { tooLarge } from '../accountlinking/refusals.js';
import { command, type Target } from '../command.js';
import { resolveUserId } from '../useridmapping/resolve-user-id.js';
import { appendIdentities, loadIdentities } from './claims.js';

export interface AssociateUserInput {
  readonly target: Target;
  /** Of the login method; any text. */
  readonly userId: string;
}

/** Makes a login method a member of one more tenant (10-multitenancy.md 9.1). */
export const associateUser = command<AssociateUserInput, Association | BadInput>(
  'AssociateUser',
  (context, { target, userId: given }) =>
    context.transact(async (tx) => {
      const { appKey, tenantKey } = target;
      const userId = await resolveUserId(tx, appKey, given);
      if (userId === undefined) return UNKNOWN;
      const userStreamId = userStream(appKey, userId);
      const user = await tx.load(User, userStreamId);
      const { method } = user;
      if (!method) return UNKNOWN;
      const at = context.now();
      const joined = { ...method, tenants: [...new Set([...method.tenants, tenantKey])] };
      const reservations = await planMemberChange(tx, target, user, joined, at);
      if (reservations.isTooLarge) return tooLarge();
      const identities = await loadIdentities(tx, appKey, [tenantKey], claimsOf(method));
      const decision = associateWithTenant(user, identities.states, tenantKey, at, reservations.conflict);
      if (decision.user.length === 0) return decision.result;
      tx.append(User, userStreamId, decision.user);
      appendIdentities(tx, identities.ids, decision.identities);
      reservations.apply();
      return decision.result;
    }),
);

const UNKNOWN: Association = { status: 'UNKNOWN_USER_ID_ERROR' };
