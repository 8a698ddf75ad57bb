import { expect } from 'chai';
import type { CdiAnswer, CdiClient } from '../../support/cdi.js';

/** The body of a sign-in by a Google account. */
export function google(thirdPartyUserId: string, email: string, isVerified = false): object {
  return { thirdPartyId: 'google', thirdPartyUserId, email: { id: email, isVerified } };
}

/** Signs a Google account in or up, and answers with the whole answer. */
export async function googleSignIn(
  cdi: CdiClient,
  thirdPartyUserId: string,
  email: string,
  isVerified = false,
): Promise<CdiAnswer['json']> {
  const { json } = await cdi.post('/recipe/signinup', google(thirdPartyUserId, email, isVerified));
  expect(json?.status, `sign-in of ${thirdPartyUserId}`).to.equal('OK');
  return json;
}
