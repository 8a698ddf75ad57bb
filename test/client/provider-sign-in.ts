import type { AppAnswer, FrontEnd } from './front-end.js';
import { PROVIDER_ID } from './oauth-client.js';
import { CALLBACK, type OAuthProvider, type ProviderAccount } from './oauth-provider.js';

/** What a front end holds when the provider has sent its user back. */
export interface Returned {
  readonly code: string;
  readonly pkceCodeVerifier: string;
}

/** `GET /auth/authorisationurl`, and the user's consent at the provider. */
export async function consented(
  frontEnd: FrontEnd,
  provider: OAuthProvider,
  account: ProviderAccount,
): Promise<Returned> {
  const query = new URLSearchParams({ thirdPartyId: PROVIDER_ID, redirectURIOnProviderDashboard: CALLBACK });
  const { body } = await frontEnd.request('GET', `/auth/authorisationurl?${query}`);
  if (body.status !== 'OK') throw new Error(`the authorisation URL was answered with ${JSON.stringify(body)}`);
  return {
    code: provider.authorise(body.urlWithQueryParams, account),
    pkceCodeVerifier: body.pkceCodeVerifier,
  };
}

/** `POST /auth/signinup` with what came back from the provider. */
export function signInUp(frontEnd: FrontEnd, { code, pkceCodeVerifier }: Returned): Promise<AppAnswer> {
  const redirectURIInfo = {
    redirectURIOnProviderDashboard: CALLBACK,
    redirectURIQueryParams: { code },
    pkceCodeVerifier,
  };
  return frontEnd.request('POST', '/auth/signinup', { body: { thirdPartyId: PROVIDER_ID, redirectURIInfo } });
}

/** The whole way through the provider. */
export async function enterByProvider(
  frontEnd: FrontEnd,
  provider: OAuthProvider,
  account: ProviderAccount,
): Promise<AppAnswer> {
  return await signInUp(frontEnd, await consented(frontEnd, provider, account));
}
