import { claimsOf } from '../../domain/user/login-method.js';
import { deleteUser as decideDeletion } from '../../domain/user/membership.js';
import { isUserId, User, userStream } from '../../domain/user/user.js';
import { type CommandContext, command, type Target } from '../command.js';
import { revokeSessionsOfUser } from '../session/revoke-sessions.js';
import { appendIdentities, loadIdentities } from './claims.js';
import { presentTenants } from './present-tenants.js';

export interface DeleteUserInput {
  readonly target: Target;
  /** Any text; nothing happens if it is the id of nobody. */
  readonly userId: string;
}

export interface DeleteUserResult {
  readonly deleted: boolean;
}

/**
 * Deletes a user: its account infos are free in every tenant, its sessions have ended, and nobody can read its personal
 * data again once the key is destroyed (32-users.md 6). The sessions go first: they are found by what is deleted next.
 */
export const deleteUser = command<DeleteUserInput, DeleteUserResult>('DeleteUser', async (context, input) => {
  if (!isUserId(input.userId) || !(await isKnown(context, input))) return { deleted: false };
  const { target, userId } = input;
  await revokeSessionsOfUser(context, { appKey: target.appKey, userId, reason: 'user-deleted' });
  return removeLoginMethod(context, input);
});

function isKnown(context: CommandContext, { target, userId }: DeleteUserInput): Promise<boolean> {
  return context.transact(async (tx) => {
    const user = await tx.load(User, userStream(target.appKey, userId));
    return user.method !== undefined;
  });
}

function removeLoginMethod(context: CommandContext, { target, userId }: DeleteUserInput): Promise<DeleteUserResult> {
  return context.transact(async (tx) => {
    const { appKey } = target;
    const userStreamId = userStream(appKey, userId);
    const user = await tx.load(User, userStreamId);
    const { method } = user;
    if (!method) return { deleted: false };
    const tenantKeys = await presentTenants(tx, target, method.tenants);
    const identities = await loadIdentities(tx, appKey, tenantKeys, claimsOf(method));
    const departure = decideDeletion(user, identities.states, context.now());
    tx.append(User, userStreamId, departure.user);
    appendIdentities(tx, identities.ids, departure.identities);
    return { deleted: true };
  });
}
