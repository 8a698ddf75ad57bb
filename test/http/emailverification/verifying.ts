import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';

export const PATH = '/recipe/user/email/verify';

/** Gets an email verification token. */
export async function verificationToken(cdi: CdiClient, userId: string, email = 'g@example.org'): Promise<string> {
  const { json } = await cdi.post(`${PATH}/token`, { userId, email });
  expect(json?.status, `token for ${userId}`).to.equal('OK');
  return json.token;
}

/** Presents a token. */
export async function verify(cdi: CdiClient, token: string): Promise<CdiAnswer['json']> {
  return (await cdi.post(PATH, { method: 'token', token })).json;
}

/** Verifies an email by a token of its own. */
export async function verified(cdi: CdiClient, userId: string, email: string): Promise<void> {
  const answer = await verify(cdi, await verificationToken(cdi, userId, email));
  expect(answer).to.deep.equal({ status: 'OK', userId, email });
}

export async function isVerified(cdi: CdiClient, userId: string, email: string): Promise<boolean> {
  const query = new URLSearchParams({ userId, email });
  const { json } = await cdi.get(`${PATH}?${query}`);
  expect(json?.status).to.equal('OK');
  return json.isVerified;
}
