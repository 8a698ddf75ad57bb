import type { Endpoint } from '../endpoint.js';
import { roleAssignmentEndpoints } from './userroles-assignments.js';
import { roleEndpoints } from './userroles-roles.js';

/** Roles, their permissions, and who has them (31-metadata-roles.md B). */
export const userRolesEndpoints: readonly Endpoint[] = [...roleEndpoints, ...roleAssignmentEndpoints];
