import { type Association, associateWithTenant, emailPasswordMethod } from '../../domain/emailpassword/decide.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import { isUserId, User, userStream } from '../../domain/user/user.js';
import { command, type Target } from '../command.js';

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
      const method = emailPasswordMethod(user);
      if (!method) return UNKNOWN;
      const identityId = identityStream(appKey, tenantKey, 'email', method.email);
      const identity = await tx.load(Identity, identityId);
      const decision = associateWithTenant(user, identity, tenantKey, context.now());
      tx.append(User, userStreamId, decision.user);
      tx.append(Identity, identityId, decision.identities[0] ?? []);
      return decision.result;
    }),
);

const UNKNOWN: Association = { status: 'UNKNOWN_USER_ID_ERROR' };
