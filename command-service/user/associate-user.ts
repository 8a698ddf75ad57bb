import { claimsOf } from '../../domain/user/login-method.js';
import { type Association, associateWithTenant } from '../../domain/user/membership.js';
import { isUserId, User, userStream } from '../../domain/user/user.js';
import { command, type Target } from '../command.js';
import { appendIdentities, loadIdentities } from './claims.js';

export interface AssociateUserInput {
  readonly target: Target;
  /** Of the login method; any text. */
  readonly userId: string;
}

/** Makes a login method a member of one more tenant (10-multitenancy.md 9.1). */
export const associateUser = command<AssociateUserInput, Association>(
  'AssociateUser',
  (context, { target: { appKey, tenantKey }, userId }) =>
    context.transact(async (tx) => {
      if (!isUserId(userId)) return UNKNOWN;
      const userStreamId = userStream(appKey, userId);
      const user = await tx.load(User, userStreamId);
      const claims = user.method ? claimsOf(user.method) : [];
      const identities = await loadIdentities(tx, appKey, [tenantKey], claims);
      const decision = associateWithTenant(user, identities.states, tenantKey, context.now());
      tx.append(User, userStreamId, decision.user);
      appendIdentities(tx, identities.ids, decision.identities);
      return decision.result;
    }),
);

const UNKNOWN: Association = { status: 'UNKNOWN_USER_ID_ERROR' };
