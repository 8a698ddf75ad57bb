import { z } from 'zod';
import { createRole } from '../../command-service/userroles/create-role.js';
import { deleteRole } from '../../command-service/userroles/delete-role.js';
import { removePermissions } from '../../command-service/userroles/remove-permissions.js';
import { allRoles, permissionsOfRole, rolesWithPermission } from '../../query-service/userroles/roles.js';
import type { Endpoint } from '../endpoint.js';
import { zTrimmed } from '../http/input.js';
import { ok } from '../http/reply.js';
import { newName, zPermissions } from './nonauth-fields.js';

const byRole = z.object({ role: zTrimmed() });
const byPermission = z.object({ permission: zTrimmed() });
const creation = z.object({ role: newName(), permissions: zPermissions().optional() });
const removal = z.object({ role: zTrimmed(), permissions: zPermissions().optional() });

/** Roles of an app and their permissions (31-metadata-roles.md B2). */
export const roleEndpoints: readonly Endpoint[] = [
  {
    method: 'PUT',
    path: '/recipe/role',
    level: 'app',
    summary: 'Creates a role, or adds permissions to it.',
    body: creation,
    async handle(request) {
      const { role, permissions = [] } = request.fields(creation);
      const { appKey } = request.publicTenant();
      return ok(await request.send(createRole, { appKey, role, permissions }));
    },
  },
  {
    method: 'GET',
    path: '/recipe/role/permissions',
    level: 'app',
    summary: 'Lists the permissions of a role.',
    query: byRole,
    async handle(request) {
      const { role } = request.query(byRole);
      const { appKey } = request.publicTenant();
      const permissions = await request.ask(permissionsOfRole, { appKey, role });
      return ok(permissions ? { permissions, status: 'OK' } : { status: 'UNKNOWN_ROLE_ERROR' });
    },
  },
  {
    method: 'POST',
    path: '/recipe/role/permissions/remove',
    level: 'app',
    summary: 'Takes permissions from a role, or all of them when none are named.',
    body: removal,
    async handle(request) {
      const { role, permissions = null } = request.fields(removal);
      const { appKey } = request.publicTenant();
      return ok(await request.send(removePermissions, { appKey, role, permissions }));
    },
  },
  {
    method: 'GET',
    path: '/recipe/permission/roles',
    level: 'app',
    summary: 'Lists the roles that have a permission.',
    query: byPermission,
    async handle(request) {
      const { permission } = request.query(byPermission);
      const { appKey } = request.publicTenant();
      return ok({ roles: await request.ask(rolesWithPermission, { appKey, permission }), status: 'OK' });
    },
  },
  {
    method: 'POST',
    path: '/recipe/role/remove',
    level: 'app',
    summary: 'Deletes a role, which takes it from everybody.',
    body: byRole,
    async handle(request) {
      const { role } = request.fields(byRole);
      const { appKey } = request.publicTenant();
      return ok(await request.send(deleteRole, { appKey, role }));
    },
  },
  {
    method: 'GET',
    path: '/recipe/roles',
    level: 'app',
    summary: 'Lists all roles.',
    async handle(request) {
      const { appKey } = request.publicTenant();
      return ok({ roles: await request.ask(allRoles, { appKey }), status: 'OK' });
    },
  },
];
