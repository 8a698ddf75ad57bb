import { createRole, deleteRole, removePermissions } from '../../../domain/userroles/decide-role.js';
import {
  PermissionsAddedToRole,
  PermissionsRemovedFromRole,
  Role,
  RoleDeleted,
} from '../../../domain/userroles/role.js';
import { given } from '../given.js';
import { APP, created, ROLE, roleFacts, T0 } from './fixtures.js';

const NAME = { appKey: APP, role: ROLE };
const added = (...permissions: string[]) => PermissionsAddedToRole({ ...roleFacts, permissions });
const removed = (...permissions: string[]) => PermissionsRemovedFromRole({ ...roleFacts, permissions });
const deleted = RoleDeleted(roleFacts);
const unknown = { status: 'UNKNOWN_ROLE_ERROR' } as const;

describe('a role (31-metadata-roles.md B2)', () => {
  it('case 12: is created once', () => {
    given(Role, [])
      .when((state) => createRole(state, NAME, [], T0))
      .then([created()], { status: 'OK', createdNewRole: true });
    given(Role, [created()])
      .when((state) => createRole(state, NAME, [], T0))
      .then([], { status: 'OK', createdNewRole: false });
  });

  it('case 14: gets the permissions that it does not have', () => {
    given(Role, [])
      .when((state) => createRole(state, NAME, ['a', 'b', 'a'], T0))
      .then([created(), added('a', 'b')], { status: 'OK', createdNewRole: true });
    given(Role, [created(), added('a', 'b')])
      .when((state) => createRole(state, NAME, ['b', 'c'], T0))
      .then([added('c')], { status: 'OK', createdNewRole: false });
  });

  it('case 16: loses the permissions that it has, all of them if none are named', () => {
    const history = [created(), added('a', 'b')];
    given(Role, history)
      .when((state) => removePermissions(state, NAME, ['a', 'zzz'], T0))
      .then([removed('a')], { status: 'OK' });
    given(Role, history)
      .when((state) => removePermissions(state, NAME, [], T0))
      .then([], { status: 'OK' });
    given(Role, history)
      .when((state) => removePermissions(state, NAME, null, T0))
      .then([removed('a', 'b')], { status: 'OK' });
    given(Role, [...history, removed('a', 'b')])
      .when((state) => removePermissions(state, NAME, null, T0))
      .then([], { status: 'OK' });
    for (const gone of [[], [...history, deleted]])
      given(Role, gone)
        .when((state) => removePermissions(state, NAME, null, T0))
        .then([], unknown);
  });

  it('case 22: is deleted once', () => {
    given(Role, [created()])
      .when((state) => deleteRole(state, NAME, T0))
      .then([deleted], { status: 'OK', didRoleExist: true });
    for (const gone of [[], [created(), deleted]])
      given(Role, gone)
        .when((state) => deleteRole(state, NAME, T0))
        .then([], { status: 'OK', didRoleExist: false });
  });

  it('case 23: comes back as another one, without permissions', () => {
    given(Role, [created(), added('a'), deleted])
      .when((state) => createRole(state, NAME, ['a'], T0))
      .then([created(2), added('a')], { status: 'OK', createdNewRole: true });
  });
});
