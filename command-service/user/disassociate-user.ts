import { claimsOf } from '../../domain/user/login-method.js';
import { disassociateFromTenant } from '../../domain/user/membership.js';
import { User, userStream } from '../../domain/user/user.js';
import { planMemberChange } from '../accountlinking/plan-reservations.js';
import { type CommandContext, command, type Target } from '../command.js';
import { revokeSessionsOfUser, revokeSessionsWith, type UserRevocation } from '../session/revoke-sessions.js';
import { ownedDataId } from '../useridmapping/delete-user-data.js';
import { usedBy } from '../useridmapping/in-use.js';
import { resolveUserId } from '../useridmapping/resolve-user-id.js';
import { removeRolesOfUser } from '../userroles/roles-of-user.js';
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
 * Ends the membership of a login method in a tenant, and with it its sessions there (10-multitenancy.md 9.2). The
 * sessions are looked for on every call, so that a second one finishes what a crash left undone.
 */
export const disassociateUser = command<DisassociateUserInput, DisassociateUserResult>(
  'DisassociateUser',
  async (context, input) => {
    const { target, userId } = input;
    const left = await leaveTenant(context, input);
    const ended = await revokeSessionsOfUser(context, ending(input));
    if (ended.length > 0) return { status: 'OK', wasAssociated: true };
    if (left !== 'unknown') return { status: 'OK', wasAssociated: left === 'left' };
    const inUse = await context.transact((tx) => usedBy(tx, context, target, userId));
    return inUse.length === 0 ? { status: 'UNKNOWN_USER_ID_ERROR' } : { status: 'OK', wasAssociated: false };
  },
);

function ending({ target, userId }: DisassociateUserInput): UserRevocation {
  const { appKey, tenantKey } = target;
  return { appKey, userId, tenantKey, reason: 'user-removed-from-tenant' };
}

function leaveTenant(context: CommandContext, input: DisassociateUserInput): Promise<'left' | 'not-there' | 'unknown'> {
  return context.transact(async (tx) => {
    const { target, userId: given } = input;
    const { appKey, tenantKey } = target;
    const at = context.now();
    const userId = await resolveUserId(tx, appKey, given);
    const dataId = userId === undefined ? given : await ownedDataId(tx, appKey, userId);
    const hadRoles = dataId !== undefined && (await removeRolesOfUser(tx, { appKey, tenantKey, userId: dataId, at }));
    if (userId === undefined) return hadRoles ? 'left' : 'unknown';
    const userStreamId = userStream(appKey, userId);
    const user = await tx.load(User, userStreamId);
    const { method } = user;
    if (!method) return hadRoles ? 'left' : 'unknown';
    const left = { ...method, tenants: method.tenants.filter((key) => key !== tenantKey) };
    const reservations = await planMemberChange(tx, target, user, left, at);
    reservations.apply();
    const identities = await loadIdentities(tx, appKey, [tenantKey], claimsOf(method));
    const departure = disassociateFromTenant(user, identities.states, tenantKey, at);
    if (departure.user.length > 0) await revokeSessionsWith(tx, context, ending(input));
    tx.append(User, userStreamId, departure.user);
    appendIdentities(tx, identities.ids, departure.identities);
    return departure.user.length > 0 || hadRoles ? 'left' : 'not-there';
  });
}
