import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../support/cdi.js';
import { sessionBody } from './clients.js';

/** A write through one gateway, and what another one has to know of it at once. */
export type Pair = (write: CdiClient, read: CdiClient, name: string) => Promise<void>;

const PASSWORD = 'secret-1';

async function signUp(cdi: CdiClient, name: string): Promise<string> {
  const { json } = await done(cdi.post('/recipe/signup', { email: `${name}@example.org`, password: PASSWORD }, '5.3'));
  expect(json.status, name).to.equal('OK');
  return json.user.id;
}

async function createSession(cdi: CdiClient, userId: string): Promise<string> {
  return (await done(cdi.post('/recipe/session', sessionBody(userId), '5.3'))).json.session.handle;
}

/** Makes sure that something was answered: only what was acknowledged has to be seen. */
async function done(answer: Promise<CdiAnswer>): Promise<CdiAnswer> {
  const made = await answer;
  expect(made.status, made.text).to.equal(200);
  return made;
}

const statusOf = async (answer: Promise<CdiAnswer>): Promise<string> => (await done(answer)).json.status;

/** Every kind of write there is to look for at once, each with the reading that shows it. */
export const PAIRS: Readonly<Record<string, Pair>> = {
  async 'a user signs up'(write, read, name) {
    const id = await signUp(write, name);
    expect((await done(read.get(`/user/id?userId=${id}`, '5.3'))).json.user?.emails).to.deep.equal([
      `${name}@example.org`,
    ]);
  },
  async 'a user is found by email'(write, read, name) {
    const id = await signUp(write, name);
    const { json } = await done(
      read.get(`/users/by-accountinfo?email=${name}%40example.org&doUnionOfAccountInfo=false`, '5.3'),
    );
    expect(json.users.map((user: { id: string }) => user.id)).to.deep.equal([id]);
  },
  async 'a user is deleted'(write, read, name) {
    const id = await signUp(read, name);
    await done(write.post('/user/remove', { userId: id }, '5.3'));
    expect(await statusOf(read.get(`/user/id?userId=${id}`, '5.3'))).to.equal('UNKNOWN_USER_ID_ERROR');
    expect(await signUp(read, name)).to.not.equal(id);
  },
  async 'a password changes'(write, read, name) {
    const id = await signUp(read, name);
    await done(
      write.put('/recipe/user', { recipeUserId: id, password: 'another-1', applyPasswordPolicy: false }, '5.3'),
    );
    const signIn = (password: string) => read.post('/recipe/signin', { email: `${name}@example.org`, password }, '5.3');
    expect(await statusOf(signIn(PASSWORD))).to.equal('WRONG_CREDENTIALS_ERROR');
    expect(await statusOf(signIn('another-1'))).to.equal('OK');
  },
  async 'a session is made'(write, read, name) {
    const handle = await createSession(write, name);
    expect((await done(read.get(`/recipe/session?sessionHandle=${handle}`, '5.3'))).json.userId).to.equal(name);
    const { json } = await done(read.get(`/recipe/session/user?userId=${name}`, '5.3'));
    expect(json.sessionHandles).to.deep.equal([handle]);
  },
  async 'a session is revoked'(write, read, name) {
    const handle = await createSession(read, name);
    await done(write.post('/recipe/session/remove', { sessionHandles: [handle] }, '5.3'));
    expect(await statusOf(read.get(`/recipe/session?sessionHandle=${handle}`, '5.3'))).to.equal('UNAUTHORISED');
  },
  async 'data of a session change'(write, read, name) {
    const handle = await createSession(read, name);
    const userDataInDatabase = { name };
    await done(write.put('/recipe/session/data', { sessionHandle: handle, userDataInDatabase }, '5.3'));
    const { json } = await done(read.get(`/recipe/session?sessionHandle=${handle}`, '5.3'));
    expect(json.userDataInDatabase).to.deep.equal(userDataInDatabase);
  },
  async 'metadata change, are cleared, and change again'(write, read, name) {
    for (const value of [1, 2]) {
      await done(write.put('/recipe/user/metadata', { userId: name, metadataUpdate: { value } }, '5.3'));
      const { json } = await done(read.get(`/recipe/user/metadata?userId=${name}`, '5.3'));
      expect(json.metadata).to.deep.equal({ value });
      await done(read.post('/recipe/user/metadata/remove', { userId: name }, '5.3'));
      expect((await done(write.get(`/recipe/user/metadata?userId=${name}`, '5.3'))).json.metadata).to.deep.equal({});
    }
  },
  async 'a role is made and given'(write, read, name) {
    await done(write.put('/recipe/role', { role: name, permissions: ['p'] }, '5.3'));
    expect((await done(read.get(`/recipe/role/permissions?role=${name}`, '5.3'))).json.permissions).to.deep.equal([
      'p',
    ]);
    await done(read.put('/recipe/user/role', { userId: name, role: name }, '5.3'));
    expect((await done(write.get(`/recipe/user/roles?userId=${name}`, '5.3'))).json.roles).to.deep.equal([name]);
  },
  async 'an email is verified'(write, read, name) {
    const person = { userId: name, email: `${name}@example.org` };
    const { json } = await done(write.post('/recipe/user/email/verify/token', person, '5.3'));
    await done(read.post('/recipe/user/email/verify', { method: 'token', token: json.token }, '5.3'));
    const verified = await done(
      write.get(`/recipe/user/email/verify?userId=${name}&email=${name}%40example.org`, '5.3'),
    );
    expect(verified.json.isVerified).to.equal(true);
  },
  async 'a user id is mapped'(write, read, name) {
    const id = await signUp(write, name);
    await done(read.post('/recipe/userid/map', { superTokensUserId: id, externalUserId: `ext-${name}` }, '5.3'));
    expect((await done(write.get(`/user/id?userId=ext-${name}`, '5.3'))).json.user?.id).to.equal(`ext-${name}`);
  },
  async 'a passwordless code is made and used'(write, read, name) {
    const email = `${name}@example.org`;
    const { json } = await done(write.post('/recipe/signinup/code', { email }, '5.3'));
    const { deviceId, preAuthSessionId, userInputCode } = json;
    const codes = await done(read.get(`/recipe/signinup/codes?email=${name}%40example.org`, '5.3'));
    expect(codes.json.devices).to.have.length(1);
    const consumed = await done(
      read.post('/recipe/signinup/code/consume', { deviceId, preAuthSessionId, userInputCode }, '5.3'),
    );
    expect(consumed.json.status).to.equal('OK');
    const left = await done(write.get(`/recipe/signinup/codes?email=${name}%40example.org`, '5.3'));
    expect(left.json.devices).to.deep.equal([]);
  },
  async 'accounts are linked'(write, read, name) {
    const [first, second] = [await signUp(write, `${name}-a`), await signUp(read, `${name}-b`)];
    await done(write.post('/recipe/accountlinking/user/primary', { recipeUserId: first }, '5.3'));
    const link = { recipeUserId: second, primaryUserId: first };
    expect(await statusOf(read.post('/recipe/accountlinking/user/link', link, '5.3'))).to.equal('OK');
    expect((await done(write.get(`/user/id?userId=${second}`, '5.3'))).json.user?.id).to.equal(first);
  },
};

/** The same for apps and tenants, which every process keeps in memory. */
export const TENANCY_PAIRS: Readonly<Record<string, Pair>> = {
  async 'a tenant is made, changed and removed'(write, read, name) {
    await done(write.put('/recipe/multitenancy/tenant/v2', { tenantId: name }, '5.3'));
    const person = { email: 'ann@example.org', password: PASSWORD };
    expect(await statusOf(read.at(`/${name}`).post('/recipe/signup', person, '5.3'))).to.equal('OK');
    await done(read.put('/recipe/multitenancy/tenant/v2', { tenantId: name, firstFactors: ['thirdparty'] }, '5.3'));
    const { json } = await done(write.at(`/${name}`).get('/recipe/multitenancy/tenant/v2', '5.3'));
    expect(json.firstFactors).to.deep.equal(['thirdparty']);
    await done(write.post('/recipe/multitenancy/tenant/remove', { tenantId: name }, '5.3'));
    const gone = await read.at(`/${name}`).post('/recipe/signin', person, '5.3');
    expect(gone.status, gone.text).to.equal(400);
  },
  async 'an app is made, used and removed'(write, read, name) {
    await done(write.put('/recipe/multitenancy/app/v2', { appId: name }, '5.3'));
    const app = `/appid-${name}`;
    await signUp(read.at(app), name);
    expect((await done(write.at(app).get('/users/count', '5.3'))).json.count).to.equal(1);
    await createSession(write.at(app), name);
    expect((await done(read.at(app).get('/.well-known/jwks.json', '5.3'))).json.keys).to.not.be.empty;
  },
};
