import { createRoot } from 'react-dom/client';
import { init, SuperTokensWrapper } from 'supertokens-auth-react';
import { init as emailPassword } from 'supertokens-auth-react/recipe/emailpassword';
import { init as emailVerification } from 'supertokens-auth-react/recipe/emailverification';
import { init as passwordless } from 'supertokens-auth-react/recipe/passwordless';
import { init as session } from 'supertokens-auth-react/recipe/session';
import { init as thirdParty } from 'supertokens-auth-react/recipe/thirdparty';
import { browserLocks } from './locks.js';
import { Site } from './site.js';

const root = document.getElementById('root');
const { api } = root?.dataset ?? {};
if (!root || api === undefined) throw new Error('the page has no root element that names the API');

init({
  appInfo: { appName: 'Shop', apiDomain: api, websiteDomain: location.origin },
  recipeList: [
    emailPassword(),
    thirdParty({ signInAndUpFeature: { providers: [{ id: 'house', name: 'House' }] } }),
    passwordless({ contactMethod: 'EMAIL' }),
    emailVerification({ mode: 'OPTIONAL' }),
    session({ lockFactory: browserLocks }),
  ],
});

createRoot(root).render(
  <SuperTokensWrapper>
    <Site api={api} />
  </SuperTokensWrapper>,
);
