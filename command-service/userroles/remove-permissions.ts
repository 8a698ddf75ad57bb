import {
  removePermissions as decideRemoval,
  type PermissionRemoval,
  type RoleName,
} from '../../domain/userroles/decide-role.js';
import { Role, roleStream } from '../../domain/userroles/role.js';
import { command } from '../command.js';

export interface RemovePermissionsInput extends RoleName {
  /** Null: all of them. */
  readonly permissions: readonly string[] | null;
}

/** Takes permissions from a role (31-metadata-roles.md B2). */
export const removePermissions = command<RemovePermissionsInput, PermissionRemoval>(
  'RemovePermissions',
  (context, input) =>
    context.transact(async (tx) => {
      const stream = roleStream(input.appKey, input.role);
      const decision = decideRemoval(await tx.load(Role, stream), input, input.permissions, context.now());
      tx.append(Role, stream, decision.events);
      return decision.result;
    }),
);
