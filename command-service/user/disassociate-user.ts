import { claimsOf } from '../../domain/user/login-method.js';
import { disassociateFromTenant } from '../../domain/user/membership.js';
import { isUserId, User, userStream } from '../../domain/user/user.js';
import { type CommandContext, command, type Target } from '../command.js';
import { revokeSessionsOfUser } from '../session/revoke-sessions.js';
import { appendIdentities, loadIdentities } from './claims.js';

export interface DisassociateUserInput {
  readonly target: Target;
  /** Of the login method, or any text that sessions were made for. */
  readonly userId: string;
}

export type DisassociateUserResult =
  | { readonly status: 'OK'; readonly wasAssociated: boolean }
  | { readonly status: 'UNKNOWN_USER_ID_ERROR' };

/**
 * Ends the membership of a login method in a tenant, and then its sessions there (10-multitenancy.md 9.2). The sessions
 * are looked for on every call, so that a second one finishes what a crash left undone.
 */
export const disassociateUser = command<DisassociateUserInput, DisassociateUserResult>(
  'DisassociateUser',
  async (context, input) => {
    const { target, userId } = input;
    const { appKey, tenantKey } = target;
    const left = await leaveTenant(context, input);
    const ended = await revokeSessionsOfUser(context, {
      appKey,
      userId,
      tenantKey,
      reason: 'user-removed-from-tenant',
    });
    if (ended.length > 0) return { status: 'OK', wasAssociated: true };
    if (left !== 'unknown') return { status: 'OK', wasAssociated: left === 'left' };
    const elsewhere = await context.sessionIndex.sessionsOf({ appKey, userIds: [userId], now: context.now() });
    return elsewhere.length > 0 ? { status: 'OK', wasAssociated: false } : { status: 'UNKNOWN_USER_ID_ERROR' };
  },
);

function leaveTenant(
  context: CommandContext,
  { target: { appKey, tenantKey }, userId }: DisassociateUserInput,
): Promise<'left' | 'not-there' | 'unknown'> {
  return context.transact(async (tx) => {
    if (!isUserId(userId)) return 'unknown';
    const userStreamId = userStream(appKey, userId);
    const user = await tx.load(User, userStreamId);
    if (!user.method) return 'unknown';
    const identities = await loadIdentities(tx, appKey, [tenantKey], claimsOf(user.method));
    const departure = disassociateFromTenant(user, identities.states, tenantKey, context.now());
    tx.append(User, userStreamId, departure.user);
    appendIdentities(tx, identities.ids, departure.identities);
    return departure.user.length > 0 ? 'left' : 'not-there';
  });
}
