import type { Kysely } from 'kysely';
import { Role, roleStream } from '../../domain/userroles/role.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { foldStream } from '../fold-stream.js';
import { type QueryDeps, query } from '../query.js';

export interface RoleInput {
  readonly appKey: string;
  readonly role: string;
}

/** All roles of an app, ascending by UTF-16 code units as every list of them (31-metadata-roles.md B1). */
export const allRoles = query<{ readonly appKey: string }, readonly string[]>(
  'AllRoles',
  async ({ directory }, { appKey }) => {
    const rows = await directory.selectFrom('roles').select('role').where('app_key', '=', appKey).execute();
    return rows.map(({ role }) => role).sort();
  },
);

/** The roles that have a permission. */
export const rolesWithPermission = query<{ readonly appKey: string; readonly permission: string }, readonly string[]>(
  'RolesWithPermission',
  async ({ directory }, { appKey, permission }) => {
    const rows = await directory
      .selectFrom('role_permissions')
      .select('role')
      .where('app_key', '=', appKey)
      .where('permission', '=', permission)
      .execute();
    return rows.map(({ role }) => role).sort();
  },
);

/** The permissions of a role; null if there is no such role. While the directory is behind, the role's stream answers. */
export const permissionsOfRole = query<RoleInput, readonly string[] | null>(
  'PermissionsOfRole',
  async (deps, { appKey, role }) => {
    const permissions = deps.progress.isBehind('directory')
      ? await foldedPermissions(deps, appKey, role)
      : await storedPermissions(deps.directory, appKey, role);
    return permissions?.sort() ?? null;
  },
);

async function foldedPermissions({ store }: QueryDeps, appKey: string, name: string): Promise<string[] | undefined> {
  const role = await foldStream(store, Role, roleStream(appKey, name));
  return role.exists ? [...role.permissions] : undefined;
}

async function storedPermissions(
  directory: Kysely<DirectoryTables>,
  appKey: string,
  role: string,
): Promise<string[] | undefined> {
  const rows = await directory
    .selectFrom('roles as r')
    .leftJoin('role_permissions as p', (join) =>
      join.onRef('p.app_key', '=', 'r.app_key').onRef('p.role', '=', 'r.role'),
    )
    .select('p.permission')
    .where('r.app_key', '=', appKey)
    .where('r.role', '=', role)
    .execute();
  return rows.length === 0 ? undefined : rows.flatMap(({ permission }) => permission ?? []);
}
