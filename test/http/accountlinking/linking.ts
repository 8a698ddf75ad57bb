import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';
import { newTenant } from '../emailpassword/accounts.js';

const BASE = '/recipe/accountlinking/user';

/** The calls of account linking, through a client of any place in the app. */
export const linking = (cdi: CdiClient) => ({
  canBePrimary: (recipeUserId: string) => cdi.get(`${BASE}/primary/check?recipeUserId=${recipeUserId}`),
  makePrimary: (recipeUserId: string) => cdi.post(`${BASE}/primary`, { recipeUserId }),
  canLink: (recipeUserId: string, primaryUserId: string) =>
    cdi.get(`${BASE}/link/check?recipeUserId=${recipeUserId}&primaryUserId=${primaryUserId}`),
  link: (recipeUserId: string, primaryUserId: string) => cdi.post(`${BASE}/link`, { recipeUserId, primaryUserId }),
  unlink: (recipeUserId: string) => cdi.post(`${BASE}/unlink`, { recipeUserId }),
  remove: (userId: string, removeAllLinkedAccounts?: boolean) =>
    cdi.post('/user/remove', { userId, ...(removeAllLinkedAccounts === undefined ? {} : { removeAllLinkedAccounts }) }),
});

/** Signs up by email and password; the id. */
export async function ep(cdi: CdiClient, email: string): Promise<string> {
  const { json } = await cdi.post('/recipe/signup', { email, password: 'p' });
  expect(json?.status, `sign-up of ${email}`).to.equal('OK');
  return json.user.id;
}

/** Signs up or in by an account at a third party; the answer. */
export async function thirdParty(cdi: CdiClient, thirdPartyUserId: string, email: string): Promise<CdiAnswer> {
  const account = { thirdPartyId: 'google', thirdPartyUserId, email: { id: email, isVerified: false } };
  return cdi.post('/recipe/signinup', account);
}

/** Signs up by an account at a third party; the id. */
export async function tp(cdi: CdiClient, thirdPartyUserId: string, email: string): Promise<string> {
  const { json } = await thirdParty(cdi, thirdPartyUserId, email);
  expect(json?.createdNewUser, `sign-up of ${thirdPartyUserId}`).to.equal(true);
  return json.recipeUserId;
}

/** Signs up by a code sent to an email or phone number; the id. */
export async function pl(cdi: CdiClient, contact: { email: string } | { phoneNumber: string }): Promise<string> {
  const { json: code } = await cdi.post('/recipe/signinup/code', contact);
  const { preAuthSessionId, linkCode } = code;
  const { json } = await cdi.post('/recipe/signinup/code/consume', { preAuthSessionId, linkCode });
  expect(json?.createdNewUser, `sign-up of ${JSON.stringify(contact)}`).to.equal(true);
  return json.recipeUserId;
}

/** Makes a user primary; its id. */
export async function primary(cdi: CdiClient, id: string): Promise<string> {
  const { json } = await linking(cdi).makePrimary(id);
  expect(json?.status, `primary ${id}`).to.equal('OK');
  return id;
}

/** Makes a primary user of login methods, the first of which gives it its id. */
export async function grouped(cdi: CdiClient, first: string, ...others: readonly string[]): Promise<string> {
  await primary(cdi, first);
  for (const other of others) {
    const { json } = await linking(cdi).link(other, first);
    expect(json?.status, `link ${other}`).to.equal('OK');
  }
  return first;
}

/** The user that an id stands for; undefined for nobody. */
export async function userOf(cdi: CdiClient, id: string): Promise<CdiAnswer['json']> {
  return (await cdi.get(`/user/id?userId=${id}`)).json.user;
}

/** The ids of a user's login methods, in the order in which they are shown. */
export async function methodIds(cdi: CdiClient, id: string): Promise<string[]> {
  const user = await userOf(cdi, id);
  return user.loginMethods.map((method: { recipeUserId: string }) => method.recipeUserId);
}

/** Makes a session, and answers with its handle. */
export async function newSession(cdi: CdiClient, userId: string): Promise<string> {
  const body = { userId, userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
  return (await cdi.post('/recipe/session', body)).json.session.handle;
}

/** Whether a session is still there. */
export async function isAlive(cdi: CdiClient, handle: string): Promise<boolean> {
  return (await cdi.get(`/recipe/session?sessionHandle=${handle}`)).json.status === 'OK';
}

export const associate = (cdi: CdiClient, recipeUserId: string) =>
  cdi.post('/recipe/multitenancy/tenant/user', { recipeUserId });

export const disassociate = (cdi: CdiClient, recipeUserId: string) =>
  cdi.post('/recipe/multitenancy/tenant/user/remove', { recipeUserId });

/** An app of its own, so that cases don't meet each other's users. */
export async function newApp(cdi: CdiClient, appId: string): Promise<CdiClient> {
  await cdi.put('/recipe/multitenancy/app/v2', { appId, firstFactors: null });
  const app = cdi.at(`/appid-${appId}`);
  expect((await app.get('/users')).status, `app ${appId}`).to.equal(200);
  return app;
}

/** A tenant of the app, with every way to sign in. */
export const tenantOf = (app: CdiClient, tenantId: string): Promise<CdiClient> => newTenant(app, tenantId);

export const accountInfoTaken = (primaryUserId: string, what: 'email' | 'phone number' | 'third party login') => ({
  status: 'ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR',
  primaryUserId,
  description: `This user's ${what} is already associated with another user ID`,
});
