import type { OptionTable } from './option.js';

/** OAuth and SAML (00-conventions.md 14.3, 50-oauth.md 3, 51-saml.md 3). */
export const integrationOptions = {
  oauth_provider_public_service_url: {
    type: 'string',
    default: null,
    level: 'A',
    protected: true,
    description: 'Public URL of an external OAuth provider. Accepted without effect; goes with the next two.',
  },
  oauth_provider_admin_service_url: {
    type: 'string',
    default: null,
    level: 'A',
    protected: true,
    description: 'Administration URL of an external OAuth provider. Accepted without effect.',
  },
  oauth_provider_consent_login_base_url: {
    type: 'string',
    default: null,
    level: 'A',
    protected: true,
    description: 'URL below which an external OAuth provider looks for login and consent. Accepted without effect.',
  },
  oauth_provider_url_configured_in_oauth_provider: {
    type: 'string',
    default: null,
    defaultNote: 'value of `oauth_provider_public_service_url`',
    level: 'A',
    protected: true,
    description: 'The URL an external OAuth provider knows itself by. Accepted without effect.',
  },
  oauth_client_secret_encryption_key: {
    type: 'string',
    default: null,
    level: 'B',
    description: 'Key material under which the secrets of OAuth clients are sealed.',
  },
  saml_sp_entity_id: {
    type: 'string',
    default: null,
    defaultNote: 'null, read as `https://saml.supertokens.com`',
    level: 'T',
    dashboard: true,
    description: 'Entity id of the service towards SAML identity providers. Assertions have to name it as audience.',
  },
  saml_legacy_acs_url: {
    type: 'string',
    default: null,
    level: 'A',
    protected: true,
    description: 'Assertion consumer URL that legacy SAML logins send to the identity provider.',
  },
  saml_claims_validity: {
    type: 'long',
    default: 300_000,
    level: 'T',
    dashboard: true,
    description: 'Life in milliseconds of the one-time code that a SAML login ends with.',
  },
  saml_relay_state_validity: {
    type: 'long',
    default: 300_000,
    level: 'T',
    dashboard: true,
    description: 'Time in milliseconds that a SAML login may take at the identity provider.',
  },
} as const satisfies OptionTable;
