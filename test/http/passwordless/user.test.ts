import { expect } from 'chai';
import { type CdiClient, cdiClient } from '../../support/cdi.js';
import { type Served, serveHere } from '../../support/served-here.js';
import { badRequest, newTenant, refusal, signedUp } from '../emailpassword/accounts.js';
import { consume, devicesOf, newCode, RESTART, signedInBy, typed } from './codes.js';

const OK = { status: 'OK' };
const UNKNOWN_ID = { status: 'UNKNOWN_USER_ID_ERROR' };
const EMAIL_NOT_ALLOWED = {
  status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
  reason: 'New email is associated with another primary user ID',
};
const headers = { rid: 'passwordless' };

describe('users by code (40-thirdparty-passwordless.md 5.8)', () => {
  let annals: Served;
  let cdi: CdiClient;

  before(async () => {
    annals = await serveHere();
    cdi = cdiClient(annals.url);
  });

  after(() => annals.stop());

  const put = (body: object, client = cdi, version = '5.4') =>
    client.call('PUT', '/recipe/user', { body, headers, cdi: version });
  const lookUp = (query: string, client = cdi, version = '5.4') =>
    client.call('GET', `/recipe/user?${query}`, { headers, cdi: version });
  const newUser = async (contact: Parameters<typeof signedInBy>[1]): Promise<string> =>
    (await signedInBy(cdi, contact)).recipeUserId;
  const makePrimary = async (recipeUserId: string) => {
    const { json } = await cdi.post('/recipe/accountlinking/user/primary', { recipeUserId });
    expect(json.status, `primary user ${recipeUserId}`).to.equal('OK');
  };

  it('case 48: wants the id by the name of the version, of a user of this recipe', async () => {
    const invalid = (field: string) => badRequest(`Field name '${field}' is invalid in JSON input`);
    expect(refusal(await put({}))).to.deep.equal(invalid('recipeUserId'));
    expect(refusal(await put({}, cdi, '3.1'))).to.deep.equal(invalid('userId'));
    expect((await put({ recipeUserId: 'nope', email: 'x@y' })).json).to.deep.equal(UNKNOWN_ID);
    const { id } = await signedUp(cdi, 'case48@example.com');
    expect((await put({ recipeUserId: id, email: 'x@y' })).json).to.deep.equal(UNKNOWN_ID);
  });

  it('case 49: one contact may go if the other one is there', async () => {
    const recipeUserId = await newUser({ email: 'case49@example.com' });
    expect(refusal(await put({ recipeUserId, email: null }))).to.deep.equal(
      badRequest('You cannot clear both email and phone number of a user'),
    );
    expect((await put({ recipeUserId, email: null, phoneNumber: '+44-207 183 8751' })).json).to.deep.equal(OK);
    expect((await lookUp('phoneNumber=%2B442071838751')).json.user.id).to.equal(recipeUserId);
    expect((await lookUp('email=case49@example.com')).json).to.deep.equal({ status: 'UNKNOWN_EMAIL_ERROR' });
    expect((await signedInBy(cdi, { email: 'case49@example.com' })).createdNewUser).to.equal(true);
  });

  it('case 50: a contact of another user is refused, and nothing is changed', async () => {
    await newUser({ email: 'other50@example.com' });
    await newUser({ phoneNumber: '+442071838750' });
    const recipeUserId = await newUser({ email: 'case50@example.com' });
    expect((await put({ recipeUserId, email: 'OTHER50@example.com' })).json).to.deep.equal({
      status: 'EMAIL_ALREADY_EXISTS_ERROR',
    });
    const both = { recipeUserId, email: 'case50-new@example.com', phoneNumber: '+442071838750' };
    expect((await put(both)).json).to.deep.equal({ status: 'PHONE_NUMBER_ALREADY_EXISTS_ERROR' });
    expect((await lookUp(`userId=${recipeUserId}`)).json.user.emails).to.deep.equal(['case50@example.com']);
  });

  it('case 51: for a primary user, the contact of any other passwordless user is another user’s', async () => {
    await newUser({ email: 'other51@example.com' });
    await newUser({ phoneNumber: '+442071838751' });
    const recipeUserId = await newUser({ phoneNumber: '+442071838752' });
    await makePrimary(recipeUserId);
    expect((await put({ recipeUserId, email: 'other51@example.com' })).json).to.deep.equal(EMAIL_NOT_ALLOWED);
    expect((await put({ recipeUserId, phoneNumber: '+442071838751' })).json).to.deep.equal({
      status: 'PHONE_NUMBER_CHANGE_NOT_ALLOWED_ERROR',
      reason: 'New phone number is associated with another primary user ID',
    });
  });

  it('case 52: primary users keep an email from each other, not from others', async () => {
    const first = await signedUp(cdi, 'case52-a@example.com');
    await makePrimary(first.id);
    await signedUp(cdi, 'case52-b@example.com');
    const plain = await newUser({ phoneNumber: '+442071838753' });
    expect((await put({ recipeUserId: plain, email: 'case52-a@example.com' })).json).to.deep.equal(OK);
    const primary = await newUser({ phoneNumber: '+442071838754' });
    await makePrimary(primary);
    expect((await put({ recipeUserId: primary, email: 'case52-a@example.com' })).json).to.deep.equal(EMAIL_NOT_ALLOWED);
    expect((await put({ recipeUserId: primary, email: 'case52-b@example.com' })).json).to.deep.equal(OK);
  });

  it('case 53: to change nothing is fine and ends no login', async () => {
    const recipeUserId = await newUser({ email: 'case53@example.com' });
    await newCode(cdi, { email: 'case53@example.com' });
    expect((await put({ recipeUserId })).json).to.deep.equal(OK);
    expect((await put({ recipeUserId, email: 'CASE53@example.com' })).json).to.deep.equal(OK);
    expect(await devicesOf(cdi, 'email=case53@example.com')).to.have.length(1);
  });

  it('case 54: codes for the old and the new address are void once it changes', async () => {
    const recipeUserId = await newUser({ email: 'case54-old@example.com' });
    const codes = [
      await newCode(cdi, { email: 'case54-old@example.com' }),
      await newCode(cdi, { email: 'case54-new@example.com' }),
    ];
    expect((await put({ recipeUserId, email: 'case54-new@example.com' })).json).to.deep.equal(OK);
    for (const code of codes) expect((await consume(cdi, typed(code))).json).to.deep.equal(RESTART);
    expect((await signedInBy(cdi, { email: 'case54-new@example.com' })).recipeUserId).to.equal(recipeUserId);
  });

  it('case 55: changes are for the public tenant, from CDI 5.0 on', async () => {
    const t1 = await newTenant(cdi, 'case55');
    expect(refusal(await put({ recipeUserId: 'x' }, t1, '5.0'))).to.deep.equal([
      403,
      'Only public tenantId can call this app specific API\n',
    ]);
    expect((await put({ recipeUserId: 'x' }, t1, '4.0')).json).to.deep.equal(UNKNOWN_ID);
  });

  it('case 56: finds by one of id, email and phone number', async () => {
    const exactlyOne = badRequest('Please provide exactly one of userId, email or phoneNumber');
    const { user } = await signedInBy(cdi, { email: 'case56@example.com' });
    expect(refusal(await lookUp(''))).to.deep.equal(exactlyOne);
    expect(refusal(await lookUp('email=a&phoneNumber=b'))).to.deep.equal(exactlyOne);
    expect((await lookUp('email=none@example.com')).json).to.deep.equal({ status: 'UNKNOWN_EMAIL_ERROR' });
    expect((await lookUp('phoneNumber=none')).json).to.deep.equal({ status: 'UNKNOWN_PHONE_NUMBER_ERROR' });
    expect((await lookUp('userId=none')).json).to.deep.equal(UNKNOWN_ID);
    expect((await lookUp('email=CASE56@example.com')).json).to.deep.equal({ status: 'OK', user });
    expect((await lookUp(`userId=${user.id}`)).json).to.deep.equal({ status: 'OK', user });
    expect((await lookUp('email=CASE56@example.com', cdi, '3.1')).json.user).to.deep.equal({
      ...{ id: user.id, timeJoined: user.timeJoined, tenantIds: ['public'], email: 'case56@example.com' },
    });
  });

  it('case 57: without a rid the change is one by email and password', async () => {
    const recipeUserId = await newUser({ email: 'case57@example.com' });
    expect(refusal(await cdi.put('/recipe/user', { recipeUserId, phoneNumber: '+1' }))).to.deep.equal(
      badRequest('You have to provide either email or password.'),
    );
  });

  it('10-multitenancy.md 9.1, 9.2: joins a tenant with both contacts, and leaves it with both', async () => {
    const t1 = await newTenant(cdi, 'joined');
    const recipeUserId = await newUser({ email: 'joins@example.com' });
    await put({ recipeUserId, phoneNumber: '+442071838755' });
    const associate = async () => (await t1.post('/recipe/multitenancy/tenant/user', { recipeUserId })).json;
    expect(await associate()).to.deep.equal({ status: 'OK', wasAlreadyAssociated: false });
    expect((await signedInBy(t1, { phoneNumber: '+442071838755' })).recipeUserId).to.equal(recipeUserId);
    await t1.post('/recipe/multitenancy/tenant/user/remove', { recipeUserId });
    const other = await signedInBy(t1, { phoneNumber: '+442071838755' });
    expect(other.createdNewUser).to.equal(true);
    expect(await associate()).to.deep.equal({ status: 'PHONE_NUMBER_ALREADY_EXISTS_ERROR' });
  });
});
