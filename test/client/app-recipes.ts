import { init as accountLinking } from 'supertokens-node/recipe/accountlinking';
import { init as emailPassword } from 'supertokens-node/recipe/emailpassword';
import { init as emailVerification } from 'supertokens-node/recipe/emailverification';
import { init as passwordless } from 'supertokens-node/recipe/passwordless';
import { init as session } from 'supertokens-node/recipe/session';
import { init as thirdParty } from 'supertokens-node/recipe/thirdparty';
import { init as userMetadata } from 'supertokens-node/recipe/usermetadata';
import { init as userRoles } from 'supertokens-node/recipe/userroles';
import type { RecipeListFunction } from 'supertokens-node/types';
import type { AppConfig } from './app-config.js';
import type { AppObservations } from './app-observations.js';
import { CLIENT_ID, CLIENT_SECRET, PROVIDER_ID } from './oauth-client.js';

/** The recipes of an app; whatever they send goes to its observations. */
export function recipesOf(config: AppConfig, { deliver }: AppObservations): RecipeListFunction[] {
  const emailDelivery = { service: { sendEmail: deliver } };
  const smsDelivery = { service: { sendSms: deliver } };
  const { emailVerification: mode, providerUrl } = config;
  return [
    emailPassword({ emailDelivery }),
    session({
      antiCsrf: config.antiCsrf ?? 'NONE',
      useDynamicAccessTokenSigningKey: config.useDynamicSigningKey ?? true,
    }),
    ...(config.hasRoles ? [userMetadata(), userRoles()] : []),
    ...(mode === undefined ? [] : [emailVerification({ mode, emailDelivery })]),
    ...(providerUrl === undefined ? [] : [signInWithProvider(providerUrl)]),
    ...(config.hasPasswordless
      ? [
          passwordless({
            contactMethod: 'EMAIL_OR_PHONE',
            flowType: 'USER_INPUT_CODE_AND_MAGIC_LINK',
            emailDelivery,
            smsDelivery,
          }),
        ]
      : []),
    ...(config.linksAccounts
      ? [
          accountLinking({
            shouldDoAutomaticAccountLinking: async () => ({
              shouldAutomaticallyLink: true,
              shouldRequireVerification: true,
            }),
          }),
        ]
      : []),
  ];
}

function signInWithProvider(url: string): RecipeListFunction {
  return thirdParty({
    signInAndUpFeature: {
      providers: [
        {
          config: {
            thirdPartyId: PROVIDER_ID,
            name: 'House',
            clients: [
              { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, scope: ['openid', 'email'], forcePKCE: true },
            ],
            authorizationEndpoint: `${url}/authorize`,
            tokenEndpoint: `${url}/token`,
            userInfoEndpoint: `${url}/userinfo`,
            jwksURI: `${url}/jwks`,
          },
        },
      ],
    },
  });
}
