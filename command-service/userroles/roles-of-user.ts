import { eraseRoles, leaveRoles } from '../../domain/userroles/decide-assignment.js';
import { Role, roleStream } from '../../domain/userroles/role.js';
import { type Assignment, holds, UserRoles, userRolesStream } from '../../domain/userroles/user-roles.js';
import type { Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { presentTenants } from '../user/present-tenants.js';

/** A user id as callers send it, with its app. */
export interface RolesOfUser {
  readonly appKey: string;
  readonly userId: string;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * Takes all roles in one tenant from a user id, as part of a transaction (10-multitenancy.md 9.2).
 *
 * @returns whether there were any
 */
export async function removeRolesOfUser(
  tx: Tx,
  { appKey, tenantKey, userId, at }: RolesOfUser & { readonly tenantKey: string },
): Promise<boolean> {
  const stream = userRolesStream(appKey, userId);
  const user = await tx.load(UserRoles, stream);
  const there = user.assignments.filter((assignment) => assignment.tenantKey === tenantKey);
  const held = await thoseThatHold(tx, appKey, there);
  tx.append(UserRoles, stream, leaveRoles(user, held, at));
  return held.length > 0;
}

/** Takes all roles in all tenants from a user who is deleted, as part of that transaction (32-users.md 6.1). */
export async function eraseRolesOfUser(tx: Tx, { appKey, userId, at }: RolesOfUser): Promise<void> {
  const stream = userRolesStream(appKey, userId);
  tx.append(UserRoles, stream, eraseRoles(await tx.load(UserRoles, stream), at));
}

/** Whether the user id has a role in any tenant of the app (32-users.md 7.2 step 4). */
export async function isUsedByUserRoles(tx: Tx, target: Target, userId: string): Promise<boolean> {
  const { assignments } = await tx.load(UserRoles, userRolesStream(target.appKey, userId));
  if (assignments.length === 0) return false;
  const tenantKeys = await presentTenants(tx, target, [...new Set(assignments.map(({ tenantKey }) => tenantKey))]);
  const there = assignments.filter((assignment) => tenantKeys.includes(assignment.tenantKey));
  return (await thoseThatHold(tx, target.appKey, there)).length > 0;
}

async function thoseThatHold(tx: Tx, appKey: string, assignments: readonly Assignment[]): Promise<Assignment[]> {
  const roles = await Promise.all(assignments.map(({ role }) => tx.load(Role, roleStream(appKey, role))));
  return assignments.filter((assignment, index) => {
    const role = roles[index];
    return role !== undefined && holds(assignment, role);
  });
}
