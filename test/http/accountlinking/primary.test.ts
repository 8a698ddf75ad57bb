import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, refusal } from '../emailpassword/accounts.js';
import {
  accountInfoTaken,
  associate,
  disassociate,
  ep,
  grouped,
  linking,
  newApp,
  pl,
  primary,
  tenantOf,
  tp,
  userOf,
} from './linking.js';

const UNKNOWN = badRequest('Unknown user ID provided');
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('primary users (32-users.md 8.1 to 8.3)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  it('case 37: a user becomes primary once', async () => {
    const { canBePrimary, makePrimary } = linking(cdi);
    const id = await ep(cdi, 'case37@example.org');
    expect((await canBePrimary(id)).json).to.deep.equal({ status: 'OK', wasAlreadyAPrimaryUser: false });
    const made = (await makePrimary(id)).json;
    expect(made.user.isPrimaryUser).to.equal(true);
    expect(made).to.deep.equal({ status: 'OK', wasAlreadyAPrimaryUser: false, user: await userOf(cdi, id) });
    expect((await makePrimary(id)).json).to.deep.equal({ ...made, wasAlreadyAPrimaryUser: true });
    expect((await canBePrimary(id)).json).to.deep.equal({ status: 'OK', wasAlreadyAPrimaryUser: true });
  });

  it('case 38: another primary user of the tenant may not have the email; one of another tenant may', async () => {
    const app = await newApp(cdi, 'case38');
    const t1 = await tenantOf(app, 't1');
    const first = await primary(app, await ep(app, 'a@example.org'));
    const second = await tp(app, 'g-38', 'a@example.org');
    for (const call of [linking(app).canBePrimary, linking(app).makePrimary])
      expect((await call(second)).json).to.deep.equal(accountInfoTaken(first, 'email'));
    expect((await userOf(app, second)).isPrimaryUser).to.equal(false);
    const elsewhere = await ep(t1, 'a@example.org');
    expect((await linking(app).canBePrimary(elsewhere)).json.status).to.equal('OK');
    await primary(app, elsewhere);
  });

  it('case 39: one that is linked to another does not become primary', async () => {
    const { canBePrimary, makePrimary } = linking(cdi);
    const linked = await tp(cdi, 'g-39', 'tp39@example.org');
    const owner = await grouped(cdi, await ep(cdi, 'case39@example.org'), linked);
    for (const call of [canBePrimary, makePrimary])
      expect((await call(linked)).json).to.deep.equal({
        status: 'RECIPE_USER_ID_ALREADY_LINKED_WITH_PRIMARY_USER_ID_ERROR',
        primaryUserId: owner,
        description: 'This user ID is already linked to another user ID',
      });
  });

  it('case 40: an unknown id is a 400 everywhere, and so is a missing one', async () => {
    const id = await ep(cdi, 'case40@example.org');
    for (const unknown of [NOBODY, 'x', '']) {
      const { canBePrimary, makePrimary, canLink, link, unlink } = linking(cdi);
      for (const answer of [
        ...[await canBePrimary(unknown), await makePrimary(unknown), await unlink(unknown)],
        ...[await canLink(unknown, id), await canLink(id, unknown), await link(unknown, id), await link(id, unknown)],
      ])
        expect(refusal(answer)).to.deep.equal(UNKNOWN);
    }
    const base = '/recipe/accountlinking/user';
    const missing = (name: string) => badRequest(`Field name '${name}' is missing in GET request`);
    expect(refusal(await cdi.get(`${base}/primary/check`))).to.deep.equal(missing('recipeUserId'));
    expect(refusal(await cdi.get(`${base}/link/check?primaryUserId=x`))).to.deep.equal(missing('recipeUserId'));
    expect(refusal(await cdi.get(`${base}/link/check?recipeUserId=x`))).to.deep.equal(missing('primaryUserId'));
    expect(refusal(await cdi.post(`${base}/link`, { recipeUserId: 'x' }))).to.deep.equal(
      badRequest("Field name 'primaryUserId' is invalid in JSON input"),
    );
  });

  it('case 40: is for the public tenant, from CDI 5.0 on', async () => {
    const t1 = await tenantOf(cdi, 'case40');
    const id = await ep(t1, 'tenant40@example.org');
    const path = '/recipe/accountlinking/user/primary';
    expect((await t1.post(path, { recipeUserId: id }, '5.0')).status).to.equal(403);
    expect((await t1.get(`${path}/check?recipeUserId=${id}`, '5.0')).status).to.equal(403);
    expect((await t1.post(path, { recipeUserId: id }, '4.0')).json.status).to.equal('OK');
  });

  it('case 38: a phone number and a third-party account conflict like an email', async () => {
    const app = await newApp(cdi, 'case38-kinds');
    const t1 = await tenantOf(app, 't1');
    const phone = await primary(app, await pl(app, { phoneNumber: '+442071838750' }));
    const phoneElsewhere = await pl(t1, { phoneNumber: '+442071838750' });
    const account = await primary(app, await tp(app, 'g-1', 'a@example.org'));
    const accountElsewhere = await tp(t1, 'g-1', 'a@example.org');
    const anyone = await primary(app, await ep(app, 'd@example.org'));
    expect((await linking(app).canLink(phoneElsewhere, anyone)).json).to.deep.equal(
      accountInfoTaken(phone, 'phone number'),
    );
    expect((await linking(app).canLink(accountElsewhere, anyone)).json).to.deep.equal(
      accountInfoTaken(account, 'third party login'),
    );
  });

  it('case 53: one without a tenant becomes primary, and may then not come where another has the email', async () => {
    const app = await newApp(cdi, 'case53');
    const t1 = await tenantOf(app, 't1');
    const first = await primary(app, await ep(app, 'a@example.org'));
    const second = await tp(app, 'g-53', 'a@example.org');
    await disassociate(app, second);
    await primary(app, second);
    expect((await associate(t1, first)).json.status).to.equal('OK');
    expect((await associate(t1, second)).json).to.deep.equal({
      status: 'ASSOCIATION_NOT_ALLOWED_ERROR',
      reason: `Another primary user with email already exists: ${first}`,
    });
    await disassociate(t1, first);
    expect((await associate(t1, second)).json).to.deep.equal({ status: 'OK', wasAlreadyAssociated: false });
    expect((await associate(t1, first)).json.status).to.equal('ASSOCIATION_NOT_ALLOWED_ERROR');
  });

  it('10-multitenancy case 40: a primary user keeps others out of every tenant that one of its members is in', async () => {
    const app = await newApp(cdi, 'mt40');
    const [t1, t2, t3] = [await tenantOf(app, 't1'), await tenantOf(app, 't2'), await tenantOf(app, 't3')];
    const owner = await grouped(app, await ep(t1, 'a@x.test'), await ep(t2, 'b@x.test'));
    const other = await ep(t3, 'a@x.test');
    expect((await associate(t1, other)).json).to.deep.equal({ status: 'EMAIL_ALREADY_EXISTS_ERROR' });
    expect((await associate(t2, other)).json).to.deep.equal({ status: 'OK', wasAlreadyAssociated: false });
    await disassociate(t2, other);
    await primary(app, other);
    for (const tenant of [t1, t2])
      expect((await associate(tenant, other)).json).to.deep.equal({
        status: 'ASSOCIATION_NOT_ALLOWED_ERROR',
        reason: `Another primary user with email already exists: ${owner}`,
      });
    expect((await associate(t3, other)).json).to.deep.equal({ status: 'OK', wasAlreadyAssociated: true });
  });

  it('10-multitenancy case 61: an unlinked one may come in, and then not become primary', async () => {
    const app = await newApp(cdi, 'mt61');
    const [t1, t2, t3] = [await tenantOf(app, 't1'), await tenantOf(app, 't2'), await tenantOf(app, 't3')];
    const owner = await grouped(app, await ep(t1, 'a@x.test'), await ep(t2, 'b@x.test'));
    const other = await ep(t3, 'a@x.test');
    expect((await associate(t2, other)).json.status).to.equal('OK');
    expect((await linking(app).makePrimary(other)).json).to.deep.equal(accountInfoTaken(owner, 'email'));
  });
});
