import {
  type AssignResult,
  assignRole as decideAssignment,
  type RoleOfUser,
} from '../../domain/userroles/decide-assignment.js';
import { Role, roleStream } from '../../domain/userroles/role.js';
import { UserRoles, userRolesStream } from '../../domain/userroles/user-roles.js';
import { command } from '../command.js';

/**
 * Gives a role to a user id in a tenant (31-metadata-roles.md B3). Commits only if the role is still there: nobody has
 * a role that was deleted meanwhile.
 */
export const assignRole = command<RoleOfUser, AssignResult>('AssignRole', (context, input) =>
  context.transact(async (tx) => {
    const role = await tx.load(Role, roleStream(input.appKey, input.role));
    const stream = userRolesStream(input.appKey, input.userId);
    const assignment = { ...input, newKeyName: context.uuid() };
    const decision = decideAssignment(role, await tx.load(UserRoles, stream), assignment, context.now());
    tx.append(UserRoles, stream, decision.events);
    return decision.result;
  }),
);
