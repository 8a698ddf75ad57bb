import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';
import { signedUp } from '../emailpassword/accounts.js';

export const MAP = '/recipe/userid/map';

/** Gives a login method an external id. */
export async function mapUser(
  cdi: CdiClient,
  userId: string,
  externalUserId: string,
  rest: object = {},
): Promise<void> {
  const { json, text } = await cdi.post(MAP, { superTokensUserId: userId, externalUserId, ...rest });
  expect(json, text).to.deep.equal({ status: 'OK' });
}

/** Makes a user with an external id, and answers with its SuperTokens id. */
export async function mappedUser(cdi: CdiClient, email: string, externalUserId: string): Promise<string> {
  const { id } = await signedUp(cdi, email);
  await mapUser(cdi, id, externalUserId);
  return id;
}

export async function userById(cdi: CdiClient, userId: string): Promise<CdiAnswer['json']> {
  const { json } = await cdi.get(`/user/id?${new URLSearchParams({ userId })}`);
  return json.user ?? json.status;
}

export async function newSession(cdi: CdiClient, userId: string): Promise<CdiAnswer['json']> {
  const body = { userId, userDataInJWT: {}, userDataInDatabase: {}, enableAntiCsrf: false };
  const { json } = await cdi.post('/recipe/session', body);
  expect(json?.status).to.equal('OK');
  return json;
}

export async function setMetadata(cdi: CdiClient, userId: string): Promise<void> {
  const { json } = await cdi.put('/recipe/user/metadata', { userId, metadataUpdate: { a: 1 } });
  expect(json?.status).to.equal('OK');
}

export async function metadataOf(cdi: CdiClient, userId: string): Promise<object> {
  const { json } = await cdi.get(`/recipe/user/metadata?${new URLSearchParams({ userId })}`);
  return json.metadata;
}
