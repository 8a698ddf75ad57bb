import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { pl, tp } from '../accountlinking/linking.js';
import { expectOk, expectRefused, notFoundText, TEN } from './paths.js';

const USER = `${TEN}/user`;
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('users and tenants (10-multitenancy.md 9)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
    for (const tenantId of ['t1', 't2', 't9']) await cdi.put(`${TEN}/v2`, { tenantId });
  });

  after(() => annals.stop());

  async function signUp(place: string, email: string, password = 'p'): Promise<string> {
    const { json } = await cdi.at(place).post('/recipe/signup', { email, password });
    expect(json.status).to.equal('OK');
    return json.recipeUserId;
  }

  async function signIn(place: string, email: string, password = 'p') {
    return (await cdi.at(place).post('/recipe/signin', { email, password })).json;
  }

  const associate = (place: string, recipeUserId: string) => cdi.at(place).post(USER, { recipeUserId });
  const disassociate = (place: string, recipeUserId: string) => cdi.at(place).post(`${USER}/remove`, { recipeUserId });

  it('case 38: a user who is associated signs in with the same password', async () => {
    const id = await signUp('/t1', 'case38@x.test');
    expectOk(await associate('/t2', id), { wasAlreadyAssociated: false });
    expectOk(await associate('/t2', id), { wasAlreadyAssociated: true });
    const { status, user } = await signIn('/t2', 'case38@x.test');
    expect(status).to.equal('OK');
    expect(user.id).to.equal(id);
    expect(user.tenantIds).to.have.members(['t1', 't2']);
  });

  it('case 39: an email that another user of the recipe has there is refused', async () => {
    const id = await signUp('/t1', 'case39@x.test');
    await signUp('/t2', 'case39@x.test');
    expect((await associate('/t2', id)).json).to.deep.equal({ status: 'EMAIL_ALREADY_EXISTS_ERROR' });
  });

  it('case 39: a user of another recipe with the same email is in nobody’s way, one with the same contact or account is', async () => {
    const [t1, t2] = [cdi.at('/t1'), cdi.at('/t2')];
    const byPassword = await signUp('/t1', 'other39@x.test');
    const byCode = await pl(t2, { email: 'other39@x.test' });
    expectOk(await associate('/t2', byPassword), { wasAlreadyAssociated: false });
    expectOk(await associate('/t1', byCode), { wasAlreadyAssociated: false });
    const [account, phone] = [await tp(t1, 'g-39', 'g39@x.test'), await pl(t1, { phoneNumber: '+442071838739' })];
    await tp(t2, 'g-39', 'g39@x.test');
    await pl(t2, { phoneNumber: '+442071838739' });
    expect((await associate('/t2', account)).json).to.deep.equal({ status: 'THIRD_PARTY_USER_ALREADY_EXISTS_ERROR' });
    expect((await associate('/t2', phone)).json).to.deep.equal({ status: 'PHONE_NUMBER_ALREADY_EXISTS_ERROR' });
  });

  it('case 41: the field is named after the version', async () => {
    const id = await signUp('/t1', 'case41@x.test');
    const missing = (name: string) => `Field name '${name}' is invalid in JSON input`;
    for (const path of [USER, `${USER}/remove`]) {
      const post = (body: object, version: string) => cdi.at('/t2').post(path, body, version);
      expect((await post({ userId: id }, '3.1')).json.status).to.equal('OK');
      expectRefused(await post({ recipeUserId: id }, '3.1'), 400, missing('userId'));
      expect((await post({ recipeUserId: id }, '4.0')).json.status).to.equal('OK');
      expectRefused(await post({ userId: id }, '4.0'), 400, missing('recipeUserId'));
      expectRefused(await post({ recipeUserId: '  ' }, '4.0'), 400, "Field name 'userId' cannot be an empty String");
    }
  });

  it('case 42: unknown users and unknown tenants', async () => {
    for (const call of [associate, disassociate]) {
      for (const id of [NOBODY, 'no-id-of-ours']) {
        expect((await call('/t2', id)).json).to.deep.equal({ status: 'UNKNOWN_USER_ID_ERROR' });
      }
      expectRefused(await call('/ghost', NOBODY), 400, notFoundText('', 'public', 'ghost'));
    }
  });

  it('case 44: a user may leave every tenant and come back', async () => {
    const id = await signUp('/t1', 'case44@x.test');
    await associate('/t2', id);
    expectOk(await disassociate('/t2', id), { wasAssociated: true });
    expectOk(await disassociate('/t2', id), { wasAssociated: false });
    expect((await signIn('/t2', 'case44@x.test')).status).to.equal('WRONG_CREDENTIALS_ERROR');
    expectOk(await disassociate('/t1', id), { wasAssociated: true });
    expect((await cdi.get(`/user/id?userId=${id}`)).json.user.tenantIds).to.deep.equal([]);
    expect((await signIn('/t1', 'case44@x.test')).status).to.equal('WRONG_CREDENTIALS_ERROR');
    expectOk(await associate('/t2', id), { wasAlreadyAssociated: false });
    expect((await signIn('/t2', 'case44@x.test')).user.tenantIds).to.deep.equal(['t2']);
  });

  it('an email that a user gave up in a tenant is free there', async () => {
    const id = await signUp('/t1', 'free@x.test');
    await disassociate('/t1', id);
    await signUp('/t1', 'free@x.test');
    expect((await associate('/t1', id)).json).to.deep.equal({ status: 'EMAIL_ALREADY_EXISTS_ERROR' });
  });

  it('case 50: one email in two tenants means two users', async () => {
    const first = await signUp('/t1', 'case50@x.test', 'first');
    const second = await signUp('/t2', 'case50@x.test', 'second');
    expect(first).not.to.equal(second);
    expect((await signIn('/t1', 'case50@x.test', 'second')).status).to.equal('WRONG_CREDENTIALS_ERROR');
    expect((await signIn('/t2', 'case50@x.test', 'second')).user.id).to.equal(second);
  });

  it('case 54: of two users with one email only one comes into a tenant', async () => {
    const ids = [await signUp('/t1', 'case54@x.test'), await signUp('/t2', 'case54@x.test')];
    const answers = await Promise.all(ids.map((id) => associate('/t9', id)));
    const statuses = answers.map((answer) => answer.json.status);
    expect(statuses).to.have.members(['OK', 'EMAIL_ALREADY_EXISTS_ERROR']);
  });
});
