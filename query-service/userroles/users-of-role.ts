import { query } from '../query.js';
import type { RoleInput } from './roles.js';

export interface UsersOfRoleInput extends RoleInput {
  readonly tenantKey: string;
}

/** The user ids with a role in a tenant, ascending; null if the app has no such role (31-metadata-roles.md B3, W1). */
export const usersOfRole = query<UsersOfRoleInput, readonly string[] | null>(
  'UsersOfRole',
  async ({ directory }, { appKey, tenantKey, role }) => {
    const rows = await directory
      .selectFrom('roles as r')
      .leftJoin('user_roles as u', (join) =>
        join.onRef('u.app_key', '=', 'r.app_key').onRef('u.role', '=', 'r.role').on('u.tenant_key', '=', tenantKey),
      )
      .select('u.user_id')
      .where('r.app_key', '=', appKey)
      .where('r.role', '=', role)
      .execute();
    return rows.length === 0 ? null : rows.flatMap(({ user_id }) => user_id ?? []).sort();
  },
);
