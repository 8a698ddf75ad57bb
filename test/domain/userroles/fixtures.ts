import { RoleCreated, type RoleEvent } from '../../../domain/userroles/role.js';
import { RoleAssignedToUser, type UserRolesEvent } from '../../../domain/userroles/user-roles.js';

export const APP = 'public';
export const ROLE = 'admin';
export const USER = 'somebody';
export const T0 = 1_700_000_000_000;

export const roleFacts = { app: APP, role: ROLE, at: T0 };

export function created(incarnation = 1): RoleEvent {
  return RoleCreated({ ...roleFacts, incarnation });
}

export function assigned(tenant: string, incarnation = 1, keyName = 'k1'): UserRolesEvent {
  return RoleAssignedToUser({ app: APP, keyName, tenant, userId: USER, role: ROLE, incarnation, at: T0 });
}
