import {
  unassignRole as decideRemoval,
  type RoleOfUser,
  type UnassignResult,
} from '../../domain/userroles/decide-assignment.js';
import { Role, roleStream } from '../../domain/userroles/role.js';
import { UserRoles, userRolesStream } from '../../domain/userroles/user-roles.js';
import { command } from '../command.js';

/** Takes a role from a user id in a tenant (31-metadata-roles.md B3). */
export const unassignRole = command<RoleOfUser, UnassignResult>('UnassignRole', (context, input) =>
  context.transact(async (tx) => {
    const role = await tx.load(Role, roleStream(input.appKey, input.role));
    const stream = userRolesStream(input.appKey, input.userId);
    const decision = decideRemoval(role, await tx.load(UserRoles, stream), input, context.now());
    tx.append(UserRoles, stream, decision.events);
    return decision.result;
  }),
);
