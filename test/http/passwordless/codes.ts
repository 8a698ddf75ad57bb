import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';

export const RESTART = { status: 'RESTART_FLOW_ERROR' };

/** A code as it was handed out. */
export interface HandedOut {
  readonly preAuthSessionId: string;
  readonly codeId: string;
  readonly deviceId: string;
  readonly userInputCode: string;
  readonly linkCode: string;
}

/** Asks for a code: for a new login attempt, or for one that is under way. */
export async function newCode(cdi: CdiClient, body: object): Promise<HandedOut> {
  const { json } = await cdi.post('/recipe/signinup/code', body);
  expect(json?.status, `code for ${JSON.stringify(body)}`).to.equal('OK');
  return json;
}

/** What a client sends after somebody typed a code; the right one if none is given. */
export function typed({ preAuthSessionId, deviceId, userInputCode }: HandedOut, input = userInputCode): object {
  return { preAuthSessionId, deviceId, userInputCode: input };
}

/** What a client sends after somebody followed a link. */
export function followed({ preAuthSessionId, linkCode }: HandedOut): object {
  return { preAuthSessionId, linkCode };
}

export function consume(cdi: CdiClient, body: object, version?: string): Promise<CdiAnswer> {
  return cdi.post('/recipe/signinup/code/consume', body, version);
}

export function check(cdi: CdiClient, body: object): Promise<CdiAnswer> {
  return cdi.post('/recipe/signinup/code/check', body);
}

/** Signs a contact in or up by code, and answers with the whole answer. */
export async function signedInBy(
  cdi: CdiClient,
  contact: { readonly email: string } | { readonly phoneNumber: string },
): Promise<CdiAnswer['json']> {
  const { json } = await consume(cdi, followed(await newCode(cdi, contact)));
  expect(json?.status, `sign-in of ${JSON.stringify(contact)}`).to.equal('OK');
  return json;
}

/** How many login attempts are under way, by a query string. */
export async function devicesOf(cdi: CdiClient, query: string): Promise<CdiAnswer['json'][]> {
  const { json } = await cdi.get(`/recipe/signinup/codes?${query}`);
  expect(json?.status, `codes of ${query}`).to.equal('OK');
  return json.devices;
}
