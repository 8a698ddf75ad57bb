import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal } from '../emailpassword/accounts.js';
import { notFoundText } from '../multitenancy/paths.js';
import { assign, permissionsOf, putRole, rolesOf, rolesWith, UNKNOWN_ROLE, usersOf } from './role-calls.js';

const ROLE = '/recipe/role';
const OK = { status: 'OK' };
const invalid = (name: string) => badRequest(`Field name '${name}' is invalid in JSON input`);
const empty = (name: string) => badRequest(`Field name '${name}' cannot be an empty String`);

describe('roles and permissions (31-metadata-roles.md B2)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const removePermissions = async (role: string, permissions?: unknown) =>
    (await cdi.post(`${ROLE}/permissions/remove`, { role, permissions })).json;

  const deleteRole = async (role: string) => (await cdi.post(`${ROLE}/remove`, { role })).json;

  it('case 12: a role is trimmed, and created once', async () => {
    expect(await putRole(cdi, ' case12 ')).to.equal(true);
    expect(await putRole(cdi, 'case12', ['read'])).to.equal(false);
    expect(await permissionsOf(cdi, 'case12')).to.deep.equal(['read']);
    expect(await permissionsOf(cdi, '  case12 ')).to.deep.equal(['read']);
  });

  it('case 13: refuses roles and permissions that are none', async () => {
    const put = async (body: unknown) => refusal(await cdi.put(ROLE, body));
    expect(await put({ role: '  ' })).to.deep.equal(empty('role'));
    for (const body of [{}, { role: 1 }, { role: null }, { permissions: [1] }])
      expect(await put(body)).to.deep.equal(invalid('role'));
    const noEmpty = badRequest("Field name 'permissions' cannot contain an empty string");
    expect(await put({ role: 'r', permissions: ['a', ' '] })).to.deep.equal(noEmpty);
    expect(await put({ role: 'r', permissions: ['', 1] })).to.deep.equal(noEmpty);
    for (const permissions of [[1], [1, ''], 'x', {}, [null], [['a']]])
      expect(await put({ role: 'r', permissions })).to.deep.equal(invalid('permissions'));
    expect(await put({ role: 'x'.repeat(256) })).to.deep.equal(
      badRequest("Field name 'role' must not be longer than 255 characters"),
    );
    expect(await put({ role: 'r', permissions: ['x'.repeat(256)] })).to.deep.equal(
      badRequest("Field name 'permissions' must not be longer than 255 characters"),
    );
    expect(await permissionsOf(cdi, 'r')).to.deep.equal(UNKNOWN_ROLE);
    expect(await putRole(cdi, 'x'.repeat(255), ['y'.repeat(255)])).to.equal(true);
  });

  it('case 14: permissions add up', async () => {
    await putRole(cdi, 'case14', ['a', 'b']);
    expect(await putRole(cdi, 'case14', ['b', 'c', ' c '])).to.equal(false);
    expect(await permissionsOf(cdi, 'case14')).to.deep.equal(['a', 'b', 'c']);
  });

  it('case 15: tells an unknown role from one without permissions', async () => {
    expect(await permissionsOf(cdi, 'case15')).to.deep.equal(UNKNOWN_ROLE);
    await putRole(cdi, 'case15');
    expect(await permissionsOf(cdi, 'case15')).to.deep.equal([]);
  });

  it('case 16: permissions are removed by name, or all of them', async () => {
    await putRole(cdi, 'case16', ['a', 'b', 'c']);
    expect(await removePermissions('case16', ['a', 'zzz'])).to.deep.equal(OK);
    expect(await permissionsOf(cdi, 'case16')).to.deep.equal(['b', 'c']);
    expect(await removePermissions('case16', [])).to.deep.equal(OK);
    expect(await permissionsOf(cdi, 'case16')).to.deep.equal(['b', 'c']);
    expect(await removePermissions('case16')).to.deep.equal(OK);
    expect(await permissionsOf(cdi, 'case16')).to.deep.equal([]);
    expect((await cdi.get('/recipe/roles')).json.roles).to.include('case16');
    expect(await removePermissions('case16-unknown')).to.deep.equal(UNKNOWN_ROLE);
    const body = { role: 'case16', permissions: null };
    expect(refusal(await cdi.post(`${ROLE}/permissions/remove`, body))).to.deep.equal(invalid('permissions'));
  });

  it('case 17: finds the roles that have a permission', async () => {
    await putRole(cdi, 'case17-b', ['case17']);
    await putRole(cdi, 'case17-a', ['case17', 'other']);
    expect(await rolesWith(cdi, 'case17')).to.deep.equal(['case17-a', 'case17-b']);
    expect(await rolesWith(cdi, ' case17 ')).to.deep.equal(['case17-a', 'case17-b']);
    expect(await rolesWith(cdi, 'case17-unknown')).to.deep.equal([]);
    expect(refusal(await cdi.get('/recipe/permission/roles?permission=%20'))).to.deep.equal(empty('permission'));
    for (const [path, name] of [
      ['/recipe/permission/roles', 'permission'],
      [`${ROLE}/permissions`, 'role'],
    ])
      expect(refusal(await cdi.get(String(path)))).to.deep.equal(
        badRequest(`Field name '${name}' is missing in GET request`),
      );
    await deleteRole('case17-a');
    expect(await rolesWith(cdi, 'case17')).to.deep.equal(['case17-b']);
  });

  it('case 22: a deleted role is taken from everybody in every tenant', async () => {
    const t1 = await newTenant(cdi, 'case22');
    await putRole(cdi, 'case22', ['a']);
    await putRole(cdi, 'case22-kept');
    await assign(cdi, 'case22', 'case22');
    for (const role of ['case22', 'case22-kept']) await assign(t1, 'case22', role);
    expect(await deleteRole('case22')).to.deep.equal({ ...OK, didRoleExist: true });
    expect(await rolesOf(cdi, 'case22')).to.deep.equal([]);
    expect(await rolesOf(t1, 'case22')).to.deep.equal(['case22-kept']);
    for (const at of [cdi, t1]) expect(await usersOf(at, 'case22')).to.deep.equal(UNKNOWN_ROLE);
    expect(await deleteRole('case22')).to.deep.equal({ ...OK, didRoleExist: false });
    expect(refusal(await cdi.post(`${ROLE}/remove`, { role: ' ' }))).to.deep.equal(empty('role'));
  });

  it('case 23: a role that comes back has no permissions and no users', async () => {
    await putRole(cdi, 'case23', ['a']);
    await assign(cdi, 'u', 'case23');
    await deleteRole('case23');
    expect(await putRole(cdi, 'case23')).to.equal(true);
    expect(await permissionsOf(cdi, 'case23')).to.deep.equal([]);
    expect(await usersOf(cdi, 'case23')).to.deep.equal([]);
    expect(await rolesOf(cdi, 'u')).to.not.include('case23');
    expect((await cdi.post('/recipe/user/role/remove', { userId: 'u', role: 'case23' })).json).to.deep.equal({
      ...OK,
      didUserHaveRole: false,
    });
    expect(await assign(cdi, 'u', 'case23')).to.deep.equal({ ...OK, didUserAlreadyHaveRole: false });
    expect(await usersOf(cdi, 'case23')).to.deep.equal(['u']);
  });

  it('case 26: roles belong to the app: refused through another tenant from CDI 5.0 on', async () => {
    const t1 = await newTenant(cdi, 'case26');
    const calls: readonly [string, string, unknown?][] = [
      ['PUT', ROLE, { role: 'case26' }],
      ['GET', `${ROLE}/permissions?role=case26`],
      ['POST', `${ROLE}/permissions/remove`, { role: 'case26' }],
      ['GET', '/recipe/permission/roles?permission=x'],
      ['GET', '/recipe/roles'],
      ['POST', `${ROLE}/remove`, { role: 'case26' }],
    ];
    for (const [method, path, body] of calls) {
      expect(refusal(await t1.call(method, path, { body, cdi: '5.0' })), path).to.deep.equal([
        403,
        'Only public tenantId can call this app specific API\n',
      ]);
      expect((await t1.call(method, path, { body, cdi: '4.0' })).json?.status, path).to.equal('OK');
      expect(refusal(await cdi.call(method, `/appid-nope${path}`, { body })), path).to.deep.equal(
        badRequest(notFoundText('', 'nope', 'public')),
      );
    }
  });

  it('case 27: roles that differ in case are two', async () => {
    expect(await putRole(cdi, 'Case27')).to.equal(true);
    expect(await putRole(cdi, 'case27', ['a'])).to.equal(true);
    expect(await permissionsOf(cdi, 'Case27')).to.deep.equal([]);
  });

  it('case 29: lists are in the order of UTF-16 code units', async () => {
    await putRole(cdi, 'case29', ['b', 'a', '\uffee', '\u{1F600}', 'B', 'ä']);
    expect(await permissionsOf(cdi, 'case29')).to.deep.equal(['B', 'a', 'b', 'ä', '\u{1F600}', '\uffee']);
    const { roles } = (await cdi.get('/recipe/roles')).json;
    expect(roles).to.deep.equal([...roles].sort());
  });

  it('case 30: permissions that are not given stay as they are, and null is not that', async () => {
    await putRole(cdi, 'case30', ['a']);
    expect(await putRole(cdi, 'case30')).to.equal(false);
    expect(await permissionsOf(cdi, 'case30')).to.deep.equal(['a']);
    expect(refusal(await cdi.put(ROLE, { role: 'case30', permissions: null }))).to.deep.equal(invalid('permissions'));
  });

  it('of many creations at once exactly one is the first, and all permissions count', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const firsts = await Promise.all(names.map((name) => putRole(cdi, 'race', [name])));
    expect(firsts.filter((first) => first)).to.have.length(1);
    expect(await permissionsOf(cdi, 'race')).to.deep.equal(names);
  });

  it('nobody has a role that was deleted while it was assigned', async () => {
    for (let round = 0; round < 20; round++) {
      const role = `deleted-${round}`;
      await putRole(cdi, role);
      const users = ['u1', 'u2', 'u3'];
      const [, ...assigned] = await Promise.all([deleteRole(role), ...users.map((user) => assign(cdi, user, role))]);
      for (const answer of assigned) if (answer.status !== 'OK') expect(answer).to.deep.equal(UNKNOWN_ROLE);
      for (const user of users) expect(await rolesOf(cdi, user)).to.not.include(role);
      await putRole(cdi, role);
      expect(await usersOf(cdi, role)).to.deep.equal([]);
    }
  });
});
