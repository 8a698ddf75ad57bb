import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Annals, startAnnals } from '../../support/service.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { notFoundText } from '../multitenancy/paths.js';
import { metadataOf, setMetadata } from '../useridmapping/mapped.js';
import { assign, permissionsOf, putRole, rolesOf, UNKNOWN_ROLE, usersOf } from './role-calls.js';

const PATH = '/recipe/user/role';
const OK = { status: 'OK' };

describe('who has which role (31-metadata-roles.md B3)', () => {
  let annals: Annals;
  let cdi: CdiClient;

  before(async () => {
    annals = await startAnnals();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const unassign = async (at: CdiClient, userId: string, role: string) =>
    (await at.post(`${PATH}/remove`, { userId, role })).json;

  it('case 18: a role that does not exist is given to nobody', async () => {
    expect(await assign(cdi, 'case18', 'case18')).to.deep.equal(UNKNOWN_ROLE);
    expect(await rolesOf(cdi, 'case18')).to.deep.equal([]);
  });

  it('case 19: the second time the user has it already', async () => {
    await putRole(cdi, 'case19');
    expect(await assign(cdi, 'case19', ' case19 ')).to.deep.equal({ ...OK, didUserAlreadyHaveRole: false });
    expect(await assign(cdi, 'case19', 'case19')).to.deep.equal({ ...OK, didUserAlreadyHaveRole: true });
    expect(await rolesOf(cdi, 'case19')).to.deep.equal(['case19']);
  });

  it('case 20: what is given in one tenant does not show in another', async () => {
    const t1 = await newTenant(cdi, 'case20');
    await putRole(cdi, 'case20');
    expect(await assign(t1, 'u', 'case20')).to.deep.equal({ ...OK, didUserAlreadyHaveRole: false });
    expect(await rolesOf(cdi, 'u')).to.deep.equal([]);
    expect(await rolesOf(t1, 'u')).to.deep.equal(['case20']);
    expect(await usersOf(t1, 'case20')).to.deep.equal(['u']);
    expect(await usersOf(cdi, 'case20')).to.deep.equal([]);
    expect(await unassign(cdi, 'u', 'case20')).to.deep.equal({ ...OK, didUserHaveRole: false });
    expect(await rolesOf(t1, 'u')).to.deep.equal(['case20']);
  });

  it('case 21: is taken away once', async () => {
    await putRole(cdi, 'case21');
    await assign(cdi, 'case21', 'case21');
    expect(await unassign(cdi, 'case21', ' case21')).to.deep.equal({ ...OK, didUserHaveRole: true });
    expect(await unassign(cdi, 'case21', 'case21')).to.deep.equal({ ...OK, didUserHaveRole: false });
    expect(await rolesOf(cdi, 'case21')).to.deep.equal([]);
    expect(await unassign(cdi, 'case21', 'case21-unknown')).to.deep.equal(UNKNOWN_ROLE);
  });

  it('case 24: a role that nobody has has no users, an unknown one is an error', async () => {
    await putRole(cdi, 'case24');
    expect(await usersOf(cdi, 'case24')).to.deep.equal([]);
    expect(await usersOf(cdi, 'case24-unknown')).to.deep.equal(UNKNOWN_ROLE);
  });

  it('case 25: a deleted user has no roles, in whichever tenant, and others keep theirs', async () => {
    const t1 = await newTenant(cdi, 'case25');
    await putRole(cdi, 'case25');
    const { id } = await signedUp(cdi, 'case25@example.org');
    for (const at of [cdi, t1]) for (const user of [id, 'other']) await assign(at, user, 'case25');
    expect((await cdi.post('/user/remove', { userId: id })).json).to.deep.equal(OK);
    for (const at of [cdi, t1]) {
      expect(await usersOf(at, 'case25')).to.deep.equal(['other']);
      expect(await rolesOf(at, id)).to.deep.equal([]);
    }
    expect(await assign(cdi, id, 'case25')).to.deep.equal({ ...OK, didUserAlreadyHaveRole: false });
    expect(await rolesOf(cdi, id)).to.deep.equal(['case25']);
    expect(await rolesOf(t1, id)).to.deep.equal([]);
  });

  it('32-users.md 7.2: a role in any tenant is in the way of mapping the id, as long as there is one', async () => {
    const t1 = await newTenant(cdi, 'mapping');
    const { id } = await signedUp(cdi, 'mapping@example.org');
    const map = async () =>
      refusal(await cdi.post('/recipe/userid/map', { superTokensUserId: id, externalUserId: 'mapping' }));
    const inUse = badRequest('UserId is already in use in UserRoles recipe');
    await putRole(cdi, 'mapping');
    await assign(cdi, id, 'mapping');
    expect(await map()).to.deep.equal(inUse);
    await cdi.post('/recipe/role/remove', { role: 'mapping' });
    await putRole(cdi, 'mapping');
    await assign(t1, id, 'mapping');
    expect(await map()).to.deep.equal(inUse);
    await cdi.post('/recipe/multitenancy/tenant/remove', { tenantId: 'mapping' });
    expect(await map()).to.deep.equal([200, '{"status":"OK"}\n']);
  });

  it('case 26: are a matter of the tenant, in every version', async () => {
    const t1 = await newTenant(cdi, 'case26');
    await putRole(cdi, 'case26');
    for (const [n, version] of ['3.0', '4.0', '5.0', '5.4', '5.6'].entries()) {
      const userId = `u${n}`;
      expect((await t1.put(PATH, { userId, role: 'case26' }, version)).json).to.deep.equal({
        ...OK,
        didUserAlreadyHaveRole: false,
      });
      expect((await t1.get(`/recipe/user/roles?userId=${userId}`, version)).json.roles).to.deep.equal(['case26']);
    }
    const unknown = badRequest(notFoundText('', 'public', 'nope'));
    const nope = cdi.at('/nope');
    for (const path of [PATH, `${PATH}/remove`]) {
      const method = path === PATH ? 'PUT' : 'POST';
      expect(refusal(await nope.call(method, path, { body: { userId: 'u', role: 'case26' } }))).to.deep.equal(unknown);
      expect(refusal(await nope.call(method, path, { body: { userId: 'u', role: ' ' } }))).to.deep.equal(
        badRequest("Field name 'role' cannot be an empty String"),
      );
    }
    expect(refusal(await nope.get('/recipe/user/roles?userId=u'))).to.deep.equal(unknown);
    expect(refusal(await nope.get('/recipe/role/users?role=case26'))).to.deep.equal(unknown);
  });

  it('case 28: a tenant that comes back has no assignments, and the app has its roles', async () => {
    const t1 = await newTenant(cdi, 'case28');
    await putRole(cdi, 'case28', ['a']);
    for (const at of [cdi, t1]) await assign(at, 'u28', 'case28');
    await cdi.post('/recipe/multitenancy/tenant/remove', { tenantId: 'case28' });
    await newTenant(cdi, 'case28');
    expect(await rolesOf(t1, 'u28')).to.deep.equal([]);
    expect(await usersOf(t1, 'case28')).to.deep.equal([]);
    expect(await rolesOf(cdi, 'u28')).to.deep.equal(['case28']);
    expect(await permissionsOf(cdi, 'case28')).to.deep.equal(['a']);
    expect(await assign(t1, 'u28', 'case28')).to.deep.equal({ ...OK, didUserAlreadyHaveRole: false });
  });

  it('case 29: lists are ascending, in whichever order they came to be', async () => {
    const t1 = await newTenant(cdi, 'case29');
    for (const role of ['r1', 'r2', 'r3']) await putRole(cdi, role);
    for (const role of ['r3', 'r1']) await assign(t1, 'case29', role);
    expect(await rolesOf(t1, 'case29')).to.deep.equal(['r1', 'r3']);
    for (const user of ['u2', 'u1']) await assign(t1, user, 'r2');
    expect(await usersOf(t1, 'r2')).to.deep.equal(['u1', 'u2']);
  });

  it('names the field that is missing or wrong', async () => {
    const invalid = (name: string) => badRequest(`Field name '${name}' is invalid in JSON input`);
    for (const [method, path] of [
      ['PUT', PATH],
      ['POST', `${PATH}/remove`],
    ] as const) {
      const send = async (body: unknown) => refusal(await cdi.call(method, path, { body }));
      for (const body of [{}, { role: 'r' }, { userId: 1, role: ' ' }, { userId: null }])
        expect(await send(body)).to.deep.equal(invalid('userId'));
      for (const body of [{ userId: 'u' }, { userId: 'u', role: 1 }, { userId: 'u', role: null }])
        expect(await send(body)).to.deep.equal(invalid('role'));
    }
    const missing = (name: string) => badRequest(`Field name '${name}' is missing in GET request`);
    expect(refusal(await cdi.get('/recipe/user/roles'))).to.deep.equal(missing('userId'));
    expect(refusal(await cdi.get('/recipe/role/users'))).to.deep.equal(missing('role'));
    expect(refusal(await cdi.get('/recipe/role/users?role='))).to.deep.equal(
      badRequest("Field name 'role' cannot be an empty String"),
    );
  });

  it('user ids are any text, as it was sent', async () => {
    await putRole(cdi, 'ids');
    const ids = ['', ' ', ' padded ', 'A', 'a', 'ünï\u{1F600}', 'x'.repeat(128)];
    for (const id of ids) expect((await assign(cdi, id, 'ids')).didUserAlreadyHaveRole, id).to.equal(false);
    expect(await usersOf(cdi, 'ids')).to.deep.equal([...ids].sort());
    for (const id of ids) expect(await rolesOf(cdi, id)).to.deep.equal(['ids']);
    expect(refusal(await cdi.put(PATH, { userId: 'x'.repeat(129), role: 'ids' }))).to.deep.equal(
      badRequest("Field name 'userId' must not be longer than 128 characters"),
    );
  });

  it('of many assignments at once exactly one is the first', async () => {
    await putRole(cdi, 'race');
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => assign(cdi, 'race', 'race')));
    expect(answers.filter(({ didUserAlreadyHaveRole }) => !didUserAlreadyHaveRole)).to.have.length(1);
    expect(await usersOf(cdi, 'race')).to.deep.equal(['race']);
  });

  it('10-multitenancy.md case 45: a user who leaves a tenant loses the roles there, and nothing else', async () => {
    const t1 = await newTenant(cdi, 'leaves');
    await putRole(cdi, 'leaves');
    const { id } = await signedUp(t1, 'leaves@example.org');
    for (const at of [cdi, t1]) await assign(at, id, 'leaves');
    await setMetadata(cdi, id);
    const leave = (userId: string) => t1.post('/recipe/multitenancy/tenant/user/remove', { recipeUserId: userId });
    expect((await leave(id)).json).to.deep.equal({ ...OK, wasAssociated: true });
    expect(await rolesOf(t1, id)).to.deep.equal([]);
    expect(await rolesOf(cdi, id)).to.deep.equal(['leaves']);
    expect(await metadataOf(cdi, id)).to.deep.equal({ a: 1 });
    await assign(t1, 'nobody', 'leaves');
    expect((await leave('nobody')).json).to.deep.equal({ ...OK, wasAssociated: true });
    expect(await usersOf(t1, 'leaves')).to.deep.equal([]);
  });

  it('are there after a crash', async () => {
    await putRole(cdi, 'crash');
    await assign(cdi, 'crash', 'crash');
    await annals.killAndRestart();
    expect(await rolesOf(cdi, 'crash')).to.deep.equal(['crash']);
    expect(await assign(cdi, 'crash', 'crash')).to.deep.equal({ ...OK, didUserAlreadyHaveRole: true });
  });
});
