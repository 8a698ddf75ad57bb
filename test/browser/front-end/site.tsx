import type { ReactElement } from 'react';
import { EmailPasswordPreBuiltUI } from 'supertokens-auth-react/recipe/emailpassword/prebuiltui';
import { EmailVerificationClaim } from 'supertokens-auth-react/recipe/emailverification';
import { EmailVerificationPreBuiltUI } from 'supertokens-auth-react/recipe/emailverification/prebuiltui';
import { PasswordlessPreBuiltUI } from 'supertokens-auth-react/recipe/passwordless/prebuiltui';
import { SessionAuth } from 'supertokens-auth-react/recipe/session';
import { ThirdPartyPreBuiltUI } from 'supertokens-auth-react/recipe/thirdparty/prebuiltui';
import { canHandleRoute, getRoutingComponent } from 'supertokens-auth-react/ui';
import { Home } from './home.js';

const PREBUILT = [EmailPasswordPreBuiltUI, ThirdPartyPreBuiltUI, PasswordlessPreBuiltUI, EmailVerificationPreBuiltUI];

const verified = () => ({
  ...EmailVerificationClaim.validators.isVerified(),
  onFailureRedirection: () => '/auth/verify-email',
});

/** The page that the address names. */
export function Site({ api }: { readonly api: string }): ReactElement {
  if (canHandleRoute(PREBUILT)) return getRoutingComponent(PREBUILT);
  switch (location.pathname) {
    case '/':
      return (
        <SessionAuth>
          <Home api={api} />
        </SessionAuth>
      );
    case '/members':
      return (
        <SessionAuth overrideGlobalClaimValidators={(validators) => [...validators, verified()]}>
          <h1>Members</h1>
        </SessionAuth>
      );
    default:
      return <h1>There is no such page</h1>;
  }
}
