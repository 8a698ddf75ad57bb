import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';

export const UNKNOWN_ROLE = { status: 'UNKNOWN_ROLE_ERROR' };

/** Creates a role, or adds permissions to it. */
export async function putRole(cdi: CdiClient, role: string, permissions?: readonly string[]): Promise<boolean> {
  const { json } = await cdi.put('/recipe/role', { role, ...(permissions ? { permissions } : {}) });
  expect(json).to.have.all.keys('status', 'createdNewRole');
  expect(json.status).to.equal('OK');
  return json.createdNewRole;
}

/** Answers with the JSON of an assignment. */
export async function assign(cdi: CdiClient, userId: string, role: string): Promise<CdiAnswer['json']> {
  return (await cdi.put('/recipe/user/role', { userId, role })).json;
}

async function listed(cdi: CdiClient, path: string, name: string, value: string, list: string): Promise<unknown> {
  const { json } = await cdi.get(`${path}?${name}=${encodeURIComponent(value)}`);
  if (json.status !== 'OK') return json;
  expect(json).to.have.all.keys('status', list);
  return json[list];
}

/** The list, or the whole answer if its status is not OK. */
export const permissionsOf = (cdi: CdiClient, role: string) =>
  listed(cdi, '/recipe/role/permissions', 'role', role, 'permissions');
export const rolesWith = (cdi: CdiClient, permission: string) =>
  listed(cdi, '/recipe/permission/roles', 'permission', permission, 'roles');
export const rolesOf = (cdi: CdiClient, userId: string) => listed(cdi, '/recipe/user/roles', 'userId', userId, 'roles');
export const usersOf = (cdi: CdiClient, role: string) => listed(cdi, '/recipe/role/users', 'role', role, 'users');
