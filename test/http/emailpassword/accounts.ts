import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';

/** Makes a user, and answers with its user object. */
export async function signedUp(cdi: CdiClient, email: string, password = 'p'): Promise<CdiAnswer['json']> {
  const { json } = await cdi.post('/recipe/signup', { email, password });
  expect(json?.status, `sign-up of ${email}`).to.equal('OK');
  return json.user;
}

/** The status that a sign-in is answered with. */
export async function signInStatus(cdi: CdiClient, email: string, password: string): Promise<string> {
  const { json } = await cdi.post('/recipe/signin', { email, password });
  return json.status;
}

/** Makes a tenant of the public app, and answers with a client of it. */
export async function newTenant(cdi: CdiClient, tenantId: string, rest: object = {}): Promise<CdiClient> {
  const { json } = await cdi.put('/recipe/multitenancy/tenant/v2', { tenantId, firstFactors: null, ...rest });
  expect(json, `tenant ${tenantId}`).to.deep.equal({ status: 'OK', createdNew: true });
  return cdi.at(`/${tenantId}`);
}

export async function resetToken(cdi: CdiClient, userId: string, email = 'reset@example.org'): Promise<string> {
  const { json } = await cdi.post('/recipe/user/password/reset/token', { userId, email });
  expect(json?.status, `reset token of ${userId}`).to.equal('OK');
  return json.token;
}

/** An answer as its status and text: for errors, which are compared as a whole. */
export function refusal({ status, text }: CdiAnswer): readonly [number, string] {
  return [status, text];
}

/** A refusal with this text. */
export const badRequest = (text: string): readonly [number, string] => [400, `${text}\n`];
