import { createRole as decideCreation, type RoleCreation, type RoleName } from '../../domain/userroles/decide-role.js';
import { Role, roleStream } from '../../domain/userroles/role.js';
import { command } from '../command.js';

export interface CreateRoleInput extends RoleName {
  /** To be added: trimmed, and none of them empty. */
  readonly permissions: readonly string[];
}

/** Creates a role, or adds permissions to it (31-metadata-roles.md B2). */
export const createRole = command<CreateRoleInput, RoleCreation>('CreateRole', (context, input) =>
  context.transact(async (tx) => {
    const stream = roleStream(input.appKey, input.role);
    const decision = decideCreation(await tx.load(Role, stream), input, input.permissions, context.now());
    tx.append(Role, stream, decision.events);
    return decision.result;
  }),
);
