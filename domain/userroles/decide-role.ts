import { accept, type Decision, unchanged } from '../event.js';
import {
  PermissionsAddedToRole,
  PermissionsRemovedFromRole,
  RoleCreated,
  RoleDeleted,
  type RoleEvent,
  type RoleState,
} from './role.js';

/** A role by its app and its name, which is trimmed and not empty. */
export interface RoleName {
  readonly appKey: string;
  readonly role: string;
}

export interface RoleCreation {
  readonly status: 'OK';
  readonly createdNewRole: boolean;
}

/** Creates the role if there is none, and adds the permissions that it does not have (31-metadata-roles.md B2). */
export function createRole(
  state: RoleState,
  { appKey, role }: RoleName,
  permissions: readonly string[],
  at: number,
): Decision<RoleCreation, RoleEvent> {
  const facts = { app: appKey, role, at };
  const added = [...new Set(permissions)].filter((permission) => !state.permissions.has(permission));
  const creation = state.exists ? [] : [RoleCreated({ ...facts, incarnation: state.incarnation + 1 })];
  const addition = added.length > 0 ? [PermissionsAddedToRole({ ...facts, permissions: added })] : [];
  return accept<RoleCreation, RoleEvent>({ status: 'OK', createdNewRole: !state.exists }, ...creation, ...addition);
}

export interface PermissionRemoval {
  readonly status: 'OK' | 'UNKNOWN_ROLE_ERROR';
}

/** Takes permissions from a role, or all of them when none are named; the role stays (31-metadata-roles.md B2, W5). */
export function removePermissions(
  state: RoleState,
  { appKey, role }: RoleName,
  permissions: readonly string[] | null,
  at: number,
): Decision<PermissionRemoval, RoleEvent> {
  if (!state.exists) return unchanged({ status: 'UNKNOWN_ROLE_ERROR' });
  const named = permissions && new Set(permissions);
  const removed = [...state.permissions].filter((permission) => !named || named.has(permission));
  if (removed.length === 0) return unchanged({ status: 'OK' });
  return accept({ status: 'OK' }, PermissionsRemovedFromRole({ app: appKey, role, permissions: removed, at }));
}

export interface RoleDeletion {
  readonly status: 'OK';
  readonly didRoleExist: boolean;
}

/** Deletes a role. Whoever had it, in whichever tenant, has it no more (31-metadata-roles.md B2, W4). */
export function deleteRole(
  state: RoleState,
  { appKey, role }: RoleName,
  at: number,
): Decision<RoleDeletion, RoleEvent> {
  if (!state.exists) return unchanged({ status: 'OK', didRoleExist: false });
  return accept({ status: 'OK', didRoleExist: true }, RoleDeleted({ app: appKey, role, at }));
}
