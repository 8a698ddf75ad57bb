import { expect } from 'chai';
import { accept } from '../../../domain/event.js';
import { userSubject } from '../../../domain/user/user.js';
import { assignRole, eraseRoles, leaveRoles, unassignRole } from '../../../domain/userroles/decide-assignment.js';
import { Role, RoleDeleted, type RoleState } from '../../../domain/userroles/role.js';
import { RoleRemovedFromUser, UserRoles, UserRolesErased } from '../../../domain/userroles/user-roles.js';
import { folded, given } from '../given.js';
import { APP, assigned, created, ROLE, roleFacts, T0, USER } from './fixtures.js';

const IN_T1 = { appKey: APP, tenantKey: 't1', userId: USER, role: ROLE, newKeyName: 'k1' };
const unassigned = (tenant: string, cause: 'unassigned' | 'user-removed-from-tenant' = 'unassigned') =>
  RoleRemovedFromUser({ app: APP, keyName: 'k1', tenant, role: ROLE, cause, at: T0 });
const erased = UserRolesErased({ app: APP, keyName: 'k1', at: T0 });
const unknown = { status: 'UNKNOWN_ROLE_ERROR' } as const;

const role: RoleState = folded(Role, Role.initial, [created()]);
const gone: RoleState = folded(Role, role, [RoleDeleted(roleFacts)]);
const recreated: RoleState = folded(Role, gone, [created(2)]);

describe('assigning a role (31-metadata-roles.md B3)', () => {
  it('case 18: a role that does not exist is given to nobody', () => {
    for (const missing of [Role.initial, gone])
      given(UserRoles, [])
        .when((user) => assignRole(missing, user, IN_T1, T0))
        .then([], unknown);
  });

  it('case 19: happens once', () => {
    given(UserRoles, [])
      .when((user) => assignRole(role, user, IN_T1, T0))
      .then([assigned('t1')], { status: 'OK', didUserAlreadyHaveRole: false });
    given(UserRoles, [assigned('t1')])
      .when((user) => assignRole(role, user, IN_T1, T0))
      .then([], { status: 'OK', didUserAlreadyHaveRole: true });
  });

  it('case 20: in one tenant says nothing about another', () => {
    given(UserRoles, [assigned('public')])
      .when((user) => assignRole(role, user, IN_T1, T0))
      .then([assigned('t1')], { status: 'OK', didUserAlreadyHaveRole: false });
  });

  it('case 23: a role that was deleted and made again is nobody’s', () => {
    given(UserRoles, [assigned('t1')])
      .when((user) => unassignRole(recreated, user, IN_T1, T0))
      .then([], { status: 'OK', didUserHaveRole: false });
    given(UserRoles, [assigned('t1')])
      .when((user) => assignRole(recreated, user, IN_T1, T0))
      .then([assigned('t1', 2)], { status: 'OK', didUserAlreadyHaveRole: false });
  });
});

describe('taking a role away', () => {
  it('case 21: happens once, in that tenant alone', () => {
    given(UserRoles, [assigned('public'), assigned('t1')])
      .when((user) => unassignRole(role, user, IN_T1, T0))
      .then([unassigned('t1')], { status: 'OK', didUserHaveRole: true });
    given(UserRoles, [assigned('public'), assigned('t1'), unassigned('t1')])
      .when((user) => unassignRole(role, user, IN_T1, T0))
      .then([], { status: 'OK', didUserHaveRole: false });
    given(UserRoles, [assigned('t1')])
      .when((user) => unassignRole(gone, user, IN_T1, T0))
      .then([], unknown);
  });

  it('from a user who leaves a tenant concerns the roles there', () => {
    const user = folded(UserRoles, UserRoles.initial, [assigned('public'), assigned('t1')]);
    const there = user.assignments.filter(({ tenantKey }) => tenantKey === 't1');
    expect(leaveRoles(user, there, T0)).to.deep.equal([unassigned('t1', 'user-removed-from-tenant')]);
  });
});

describe('erasing the roles of a user who is deleted', () => {
  it('case 25: takes those of every tenant, and their key', () => {
    given(UserRoles, [assigned('public'), assigned('t1')])
      .when((user) => accept(undefined, ...eraseRoles(user, T0)))
      .then([erased], undefined);
    expect(folded(UserRoles, UserRoles.initial, [assigned('public'), erased]).assignments).to.deep.equal([]);
  });

  it('is due also when no role is left: the log still says whose they were', () => {
    given(UserRoles, [assigned('t1'), unassigned('t1')])
      .when((user) => accept(undefined, ...eraseRoles(user, T0)))
      .then([erased], undefined);
    for (const history of [[], [assigned('t1'), erased]])
      given(UserRoles, history)
        .when((user) => accept(undefined, ...eraseRoles(user, T0)))
        .then([], undefined);
  });

  it('what comes after is sealed under another key', () => {
    const before = folded(UserRoles, UserRoles.initial, [assigned('t1')]);
    const after = folded(UserRoles, before, [erased, assigned('t1', 1, 'k2')]);
    expect(UserRoles.subject(before)).to.equal(userSubject(APP, 'k1'));
    expect(UserRoles.subject(after)).to.equal(userSubject(APP, 'k2'));
  });
});
