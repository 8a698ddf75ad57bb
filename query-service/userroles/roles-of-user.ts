import { Role, roleStream } from '../../domain/userroles/role.js';
import { holds, UserRoles, userRolesStream } from '../../domain/userroles/user-roles.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { preparedOn } from '../../projections/sql/prepared.js';
import { foldStream } from '../fold-stream.js';
import { type QueryDeps, query } from '../query.js';

type Row = DirectoryTables['user_roles'];

export interface RolesOfUserInput {
  readonly appKey: string;
  readonly tenantKey: string;
  /** Any text. */
  readonly userId: string;
}

const byUserId = preparedOn<DirectoryTables, Pick<Row, 'app_key' | 'tenant_key' | 'user_id'>, Pick<Row, 'role'>>(
  (db, key) =>
    db
      .selectFrom('user_roles')
      .select('role')
      .where('app_key', '=', key.app_key)
      .where('tenant_key', '=', key.tenant_key)
      .where('user_id', '=', key.user_id),
);

/**
 * The roles of a user id in a tenant, ascending (31-metadata-roles.md B3). While the directory is known to be behind,
 * the streams of the user id and of its roles answer.
 */
export const rolesOfUser = query<RolesOfUserInput, readonly string[]>('RolesOfUser', async (deps, input) => {
  const roles = deps.progress.isBehind('directory') ? await foldedRoles(deps, input) : await storedRoles(deps, input);
  return roles.sort();
});

async function storedRoles({ directory }: QueryDeps, { appKey, tenantKey, userId }: RolesOfUserInput) {
  const key = { app_key: appKey, tenant_key: tenantKey, user_id: userId };
  const { rows } = await directory.executeQuery(byUserId(directory, key));
  return rows.map(({ role }) => role);
}

async function foldedRoles({ store }: QueryDeps, { appKey, tenantKey, userId }: RolesOfUserInput) {
  const { assignments } = await foldStream(store, UserRoles, userRolesStream(appKey, userId));
  const there = assignments.filter((assignment) => assignment.tenantKey === tenantKey);
  const held = there.map(async (assignment) => {
    const role = await foldStream(store, Role, roleStream(appKey, assignment.role));
    return holds(assignment, role) ? [assignment.role] : [];
  });
  return (await Promise.all(held)).flat();
}
