import { accept, type Decision, unchanged } from '../event.js';
import type { RoleState } from './role.js';
import {
  type Assignment,
  holds,
  RoleAssignedToUser,
  RoleRemovedFromUser,
  UserRolesErased,
  type UserRolesEvent,
  type UserRolesState,
} from './user-roles.js';

/** Who is to get or lose a role, and where. */
export interface RoleOfUser {
  readonly appKey: string;
  readonly tenantKey: string;
  /** Any text. */
  readonly userId: string;
  /** Trimmed and not empty. */
  readonly role: string;
}

export interface RoleAssignment extends RoleOfUser {
  /** Names the key of the user id's assignments if there are none yet: random, never used before. */
  readonly newKeyName: string;
}

export type AssignResult =
  | { readonly status: 'OK'; readonly didUserAlreadyHaveRole: boolean }
  | { readonly status: 'UNKNOWN_ROLE_ERROR' };

/** Gives a role that exists to a user id in a tenant (31-metadata-roles.md B3). */
export function assignRole(
  role: RoleState,
  user: UserRolesState,
  { appKey, tenantKey, userId, role: name, newKeyName }: RoleAssignment,
  at: number,
): Decision<AssignResult, UserRolesEvent> {
  if (!role.exists) return unchanged({ status: 'UNKNOWN_ROLE_ERROR' });
  if (has(user, role, tenantKey, name)) return unchanged({ status: 'OK', didUserAlreadyHaveRole: true });
  const assigned = RoleAssignedToUser({
    app: appKey,
    keyName: user.key?.keyName ?? newKeyName,
    tenant: tenantKey,
    userId,
    role: name,
    incarnation: role.incarnation,
    at,
  });
  return accept({ status: 'OK', didUserAlreadyHaveRole: false }, assigned);
}

export type UnassignResult =
  | { readonly status: 'OK'; readonly didUserHaveRole: boolean }
  | { readonly status: 'UNKNOWN_ROLE_ERROR' };

/** Takes a role that exists from a user id in a tenant (31-metadata-roles.md B3). */
export function unassignRole(
  role: RoleState,
  user: UserRolesState,
  { tenantKey, role: name }: RoleOfUser,
  at: number,
): Decision<UnassignResult, UserRolesEvent> {
  if (!role.exists) return unchanged({ status: 'UNKNOWN_ROLE_ERROR' });
  if (!has(user, role, tenantKey, name)) return unchanged({ status: 'OK', didUserHaveRole: false });
  return accept(
    { status: 'OK', didUserHaveRole: true },
    ...takeAway(user, [{ tenantKey, role: name }], 'unassigned', at),
  );
}

/**
 * Takes these roles from a user who was removed from their tenant (10-multitenancy.md 9.2).
 *
 * @param held those of the user's assignments in the tenant that hold
 */
export function leaveRoles(user: UserRolesState, held: readonly Assignment[], at: number): readonly UserRolesEvent[] {
  return takeAway(user, held, 'user-removed-from-tenant', at);
}

/** Takes all roles in all tenants from a user who is deleted (31-metadata-roles.md B1). */
export function eraseRoles({ key }: UserRolesState, at: number): readonly UserRolesEvent[] {
  return key ? [UserRolesErased({ app: key.appKey, keyName: key.keyName, at })] : [];
}

function takeAway(
  { key }: UserRolesState,
  roles: readonly Pick<Assignment, 'tenantKey' | 'role'>[],
  cause: 'unassigned' | 'user-removed-from-tenant',
  at: number,
): readonly UserRolesEvent[] {
  if (!key) return [];
  const { appKey: app, keyName } = key;
  return roles.map(({ tenantKey, role }) => RoleRemovedFromUser({ app, keyName, tenant: tenantKey, role, cause, at }));
}

function has(user: UserRolesState, role: RoleState, tenantKey: string, name: string): boolean {
  const assignment = user.assignments.find((own) => own.tenantKey === tenantKey && own.role === name);
  return assignment !== undefined && holds(assignment, role);
}
