import { deleteRole as decideDeletion, type RoleDeletion, type RoleName } from '../../domain/userroles/decide-role.js';
import { Role, roleStream } from '../../domain/userroles/role.js';
import { command } from '../command.js';

/** Deletes a role, which takes it from everybody (31-metadata-roles.md B2). */
export const deleteRole = command<RoleName, RoleDeletion>('DeleteRole', (context, input) =>
  context.transact(async (tx) => {
    const stream = roleStream(input.appKey, input.role);
    const decision = decideDeletion(await tx.load(Role, stream), input, context.now());
    tx.append(Role, stream, decision.events);
    return decision.result;
  }),
);
