import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { signInStatus } from '../emailpassword/accounts.js';
import { mapUser } from '../useridmapping/mapped.js';
import { associate, ep, grouped, linking, newApp, pl, primary, tenantOf, tp, userOf } from './linking.js';

const NOT_ALLOWED = {
  status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
  reason: 'New email is associated with another primary user ID',
};

describe('changes of a linked login method (30-emailpassword.md 2.4)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const put = async (app: CdiClient, recipeUserId: string, email: string, rest: object = {}) =>
    (await app.put('/recipe/user', { recipeUserId, email, ...rest })).json;

  it('case 20: a primary user may not take the email of another, and the password stays too', async () => {
    const app = await newApp(cdi, 'case20');
    await primary(app, await ep(app, 'a@example.org'));
    const b = await primary(app, await ep(app, 'b@example.org'));
    expect(await put(app, b, 'a@example.org', { password: 'new' })).to.deep.equal(NOT_ALLOWED);
    expect(await signInStatus(app, 'b@example.org', 'p')).to.equal('OK');
  });

  it('case 21: unless they share no tenant', async () => {
    const app = await newApp(cdi, 'case21');
    const t1 = await tenantOf(app, 't1');
    await primary(app, await ep(t1, 'a@example.org'));
    const b = await primary(app, await ep(app, 'b@example.org'));
    expect(await put(app, b, 'a@example.org')).to.deep.equal({ status: 'OK' });
    await put(app, b, 'b@example.org');
    await associate(t1, b);
    expect(await put(app, b, 'a@example.org')).to.deep.equal(NOT_ALLOWED);
  });

  it('case 22: only primary users keep each other away', async () => {
    const app = await newApp(cdi, 'case22');
    const owner = await primary(app, await pl(app, { email: 'a@example.org' }));
    const b = await ep(app, 'b@example.org');
    expect(await put(app, b, 'a@example.org')).to.deep.equal({ status: 'OK' });
    await put(app, b, 'b@example.org');
    await primary(app, b);
    expect(await put(app, b, 'a@example.org')).to.deep.equal(NOT_ALLOWED);
    await linking(app).unlink(owner);
    expect(await put(app, b, 'a@example.org')).to.deep.equal({ status: 'OK' });
  });

  it('the tenants of all linked login methods count', async () => {
    const app = await newApp(cdi, 'tenants');
    const t1 = await tenantOf(app, 't1');
    await primary(app, await tp(t1, 'g-1', 'a@example.org'));
    const b = await ep(app, 'b@example.org');
    await grouped(app, b, await ep(t1, 'c@example.org'));
    expect(await put(app, b, 'a@example.org')).to.deep.equal(NOT_ALLOWED);
  });

  it('the answer of a primary conflict comes before that of another holder', async () => {
    const app = await newApp(cdi, 'order');
    await primary(app, await ep(app, 'a@example.org'));
    await ep(app, 'held@example.org');
    const b = await primary(app, await ep(app, 'b@example.org'));
    expect(await put(app, b, 'a@example.org')).to.deep.equal(NOT_ALLOWED);
    expect(await put(app, b, 'held@example.org')).to.deep.equal({ status: 'EMAIL_ALREADY_EXISTS_ERROR' });
  });

  it('the reservation follows the email, and stays while another login method of the user has it', async () => {
    const app = await newApp(cdi, 'follows');
    const p = await ep(app, 'a@example.org');
    await grouped(app, p, await tp(app, 'g-1', 'a@example.org'));
    const old = await tp(app, 'g-2', 'a@example.org');
    const fresh = await tp(app, 'g-3', 'b@example.org');
    expect(await put(app, p, 'b@example.org')).to.deep.equal({ status: 'OK' });
    for (const other of [old, fresh])
      expect((await linking(app).canBePrimary(other)).json.status).to.equal(
        'ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR',
      );
    await put(app, p, 'c@example.org');
    expect((await linking(app).canBePrimary(fresh)).json.status).to.equal('OK');
    expect((await linking(app).canBePrimary(old)).json.status).not.to.equal('OK');
  });

  it('cases 11 and 53: sign-in of a linked and mapped login method names each by its effective id', async () => {
    const app = await newApp(cdi, 'case11');
    const [p, r] = [await tp(app, 'g-11', 'p@example.org'), await ep(app, 'a@example.org')];
    await mapUser(app, p, 'p-1');
    await mapUser(app, r, 'r-1');
    await grouped(app, p, r);
    const { json } = await app.post('/recipe/signin', { email: 'a@example.org', password: 'p' });
    expect(json.recipeUserId).to.equal('r-1');
    expect(json.user.id).to.equal('p-1');
    expect(json.user.loginMethods.map((method: { recipeUserId: string }) => method.recipeUserId)).to.deep.equal([
      ...['p-1', 'r-1'],
    ]);
    expect(await userOf(app, 'r-1')).to.deep.equal(json.user);
  });

  it('32-users 8.1: errors name the other primary user by its effective id, an association by its own', async () => {
    const app = await newApp(cdi, 'effective');
    const t1 = await tenantOf(app, 't1');
    const owner = await primary(app, await ep(app, 'a@example.org'));
    await mapUser(app, owner, 'owner-1');
    const other = await tp(app, 'g-1', 'a@example.org');
    expect((await linking(app).makePrimary(other)).json.primaryUserId).to.equal('owner-1');
    expect((await linking(app).link('owner-1', 'owner-1')).json.user.id).to.equal('owner-1');
    await associate(t1, owner);
    const elsewhere = await tenantOf(app, 't2');
    const third = await primary(app, await ep(elsewhere, 'a@example.org'));
    expect((await associate(t1, third)).json.reason).to.equal(
      `Another primary user with email already exists: ${owner}`,
    );
  });
});
