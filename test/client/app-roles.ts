import { Router } from 'express';
import type { SessionRequest } from 'supertokens-node/framework/express';
import { verifySession } from 'supertokens-node/recipe/session/framework/express';
import { clearUserMetadata, getUserMetadata, updateUserMetadata } from 'supertokens-node/recipe/usermetadata';
import {
  addRoleToUser,
  createNewRoleOrAddPermissions,
  deleteRole,
  getAllRoles,
  getPermissionsForRole,
  getRolesForUser,
  getRolesThatHavePermission,
  getUsersThatHaveRole,
  PermissionClaim,
  removePermissionsFromRole,
  removeUserRole,
  UserRoleClaim,
} from 'supertokens-node/recipe/userroles';

/** What the app's own code does with metadata and roles outside of a request. */
export const roleFunctions = {
  getMetadata: (userId: string) => getUserMetadata(userId),
  updateMetadata: (userId: string, update: Parameters<typeof updateUserMetadata>[1]) =>
    updateUserMetadata(userId, update),
  clearMetadata: (userId: string) => clearUserMetadata(userId),
  putRole: (role: string, permissions: string[]) => createNewRoleOrAddPermissions(role, permissions),
  deleteRole: (role: string) => deleteRole(role),
  allRoles: () => getAllRoles(),
  permissionsOfRole: (role: string) => getPermissionsForRole(role),
  takePermissions: (role: string, permissions: string[]) => removePermissionsFromRole(role, permissions),
  rolesWithPermission: (permission: string) => getRolesThatHavePermission(permission),
  assignRole: (tenantId: string, userId: string, role: string) => addRoleToUser(tenantId, userId, role),
  unassignRole: (tenantId: string, userId: string, role: string) => removeUserRole(tenantId, userId, role),
  rolesOfUser: (tenantId: string, userId: string) => getRolesForUser(tenantId, userId),
  usersOfRole: (tenantId: string, role: string) => getUsersThatHaveRole(tenantId, role),
};

/** Fetches the claim for every request. A greatest age of 0 would refuse what was fetched a millisecond ago. */
function fetchedAnew(validator: ReturnType<typeof UserRoleClaim.validators.includes>) {
  return { ...validator, shouldRefetch: () => true };
}

/** A route for admins, and one for those who may write. */
export function roleRoutes(): Router {
  const router = Router();
  const isAdmin = fetchedAnew(UserRoleClaim.validators.includes('admin'));
  const mayWrite = fetchedAnew(PermissionClaim.validators.includes('write'));
  const admins = verifySession({ overrideGlobalClaimValidators: (validators) => [...validators, isAdmin] });
  const writers = verifySession({ overrideGlobalClaimValidators: (validators) => [...validators, mayWrite] });
  router.get('/admins', admins, (request: SessionRequest, response) => {
    response.json({ payload: request.session?.getAccessTokenPayload() });
  });
  router.get('/writers', writers, (_request, response) => {
    response.json({});
  });
  return router;
}
