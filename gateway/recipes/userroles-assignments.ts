import { z } from 'zod';
import { assignRole } from '../../command-service/userroles/assign-role.js';
import { unassignRole } from '../../command-service/userroles/unassign-role.js';
import { rolesOfUser } from '../../query-service/userroles/roles-of-user.js';
import { usersOfRole } from '../../query-service/userroles/users-of-role.js';
import type { Endpoint } from '../endpoint.js';
import { zTrimmed } from '../http/input.js';
import { ok } from '../http/reply.js';
import { nonAuthUserId } from './nonauth-fields.js';

const assignment = z.object({ userId: nonAuthUserId(), role: zTrimmed() });
const removal = z.object({ userId: z.string(), role: zTrimmed() });
const byUserId = z.object({ userId: z.string() });
const byRole = z.object({ role: zTrimmed() });

/** Who has which role in a tenant; the user ids need not be those of users (31-metadata-roles.md B3). */
export const roleAssignmentEndpoints: readonly Endpoint[] = [
  {
    method: 'PUT',
    path: '/recipe/user/role',
    level: 'tenant',
    summary: 'Gives a role to a user id in the tenant.',
    body: assignment,
    async handle(request) {
      const { userId, role } = request.fields(assignment);
      const { appKey, tenantKey } = request.tenant();
      return ok(await request.send(assignRole, { appKey, tenantKey, userId, role }));
    },
  },
  {
    method: 'POST',
    path: '/recipe/user/role/remove',
    level: 'tenant',
    summary: 'Takes a role from a user id in the tenant.',
    body: removal,
    async handle(request) {
      const { userId, role } = request.fields(removal);
      const { appKey, tenantKey } = request.tenant();
      return ok(await request.send(unassignRole, { appKey, tenantKey, userId, role }));
    },
  },
  {
    method: 'GET',
    path: '/recipe/user/roles',
    level: 'tenant',
    summary: 'Lists the roles of a user id in the tenant.',
    query: byUserId,
    async handle(request) {
      const { userId } = request.query(byUserId);
      const { appKey, tenantKey } = request.tenant();
      return ok({ roles: await request.ask(rolesOfUser, { appKey, tenantKey, userId }), status: 'OK' });
    },
  },
  {
    method: 'GET',
    path: '/recipe/role/users',
    level: 'tenant',
    summary: 'Lists the user ids that have a role in the tenant.',
    query: byRole,
    async handle(request) {
      const { role } = request.query(byRole);
      const { appKey, tenantKey } = request.tenant();
      const users = await request.ask(usersOfRole, { appKey, tenantKey, role });
      return ok(users ? { users, status: 'OK' } : { status: 'UNKNOWN_ROLE_ERROR' });
    },
  },
];
