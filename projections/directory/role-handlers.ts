import type { Transaction } from 'kysely';
import {
  PermissionsAddedToRole,
  PermissionsRemovedFromRole,
  RoleCreated,
  RoleDeleted,
} from '../../domain/userroles/role.js';
import { RoleAssignedToUser, RoleRemovedFromUser, UserRolesErased } from '../../domain/userroles/user-roles.js';
import { on } from '../runner/view.js';
import { everyColumn, execute, preparedOn } from '../sql/prepared.js';
import { type DirectoryTables, directoryShapes } from './tables.js';

type Tx = Transaction<DirectoryTables>;
type Row = DirectoryTables['user_roles'];
type PermissionRow = DirectoryTables['role_permissions'];

const assign = preparedOn<DirectoryTables, Row, unknown>((db, row) =>
  db
    .insertInto('user_roles')
    .values(everyColumn(row, directoryShapes.user_roles))
    .onConflict((conflict) => conflict.doNothing()),
);

const unassign = preparedOn<DirectoryTables, Pick<Row, 'app_key' | 'key_name' | 'tenant_key' | 'role'>, unknown>(
  (db, row) =>
    db
      .deleteFrom('user_roles')
      .where('app_key', '=', row.app_key)
      .where('key_name', '=', row.key_name)
      .where('tenant_key', '=', row.tenant_key)
      .where('role', '=', row.role),
);

const addPermission = preparedOn<DirectoryTables, PermissionRow, unknown>((db, row) =>
  db
    .insertInto('role_permissions')
    .values(everyColumn(row, directoryShapes.role_permissions))
    .onConflict((conflict) => conflict.doNothing()),
);

const removePermission = preparedOn<DirectoryTables, PermissionRow, unknown>((db, row) =>
  db
    .deleteFrom('role_permissions')
    .where('app_key', '=', row.app_key)
    .where('role', '=', row.role)
    .where('permission', '=', row.permission),
);

/** Roles, their permissions, and who has them. What is taken from a user goes by the key: the id is erased. */
export const roleHandlers = [
  on(RoleCreated, async (tx: Tx, { app, role }) => {
    await tx
      .insertInto('roles')
      .values({ app_key: app, role })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }),
  on(PermissionsAddedToRole, async (tx: Tx, { app, role, permissions }) => {
    for (const permission of permissions) await execute(tx, addPermission(tx, { app_key: app, role, permission }));
  }),
  on(PermissionsRemovedFromRole, async (tx: Tx, { app, role, permissions }) => {
    for (const permission of permissions) await execute(tx, removePermission(tx, { app_key: app, role, permission }));
  }),
  on(RoleDeleted, async (tx: Tx, { app, role }) => {
    for (const table of ['user_roles', 'role_permissions', 'roles'] as const)
      await tx.deleteFrom(table).where('app_key', '=', app).where('role', '=', role).execute();
  }),
  on(RoleAssignedToUser, async (tx: Tx, { app, keyName, tenant, userId, role }, event) => {
    if (event.erased) return;
    const row = { app_key: app, tenant_key: tenant, user_id: userId, role, key_name: keyName };
    await execute(tx, assign(tx, row));
  }),
  on(RoleRemovedFromUser, (tx: Tx, { app, keyName, tenant, role }) =>
    execute(tx, unassign(tx, { app_key: app, key_name: keyName, tenant_key: tenant, role })),
  ),
  on(UserRolesErased, async (tx: Tx, { app, keyName }) => {
    await tx.deleteFrom('user_roles').where('app_key', '=', app).where('key_name', '=', keyName).execute();
  }),
];
