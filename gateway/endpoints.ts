import type { Endpoint } from './endpoint.js';
import { accountLinkingEndpoints } from './recipes/accountlinking.js';
import { coreConfigEndpoints } from './recipes/core-config.js';
import { emailPasswordEndpoints } from './recipes/emailpassword.js';
import { emailVerificationEndpoints } from './recipes/emailverification.js';
import { jwtEndpoints } from './recipes/jwt.js';
import { licenseEndpoints } from './recipes/license.js';
import { multitenancyEndpoints } from './recipes/multitenancy.js';
import { passwordlessEndpoints } from './recipes/passwordless.js';
import { serviceEndpoints } from './recipes/service.js';
import { sessionEndpoints } from './recipes/session.js';
import { thirdPartyEndpoints } from './recipes/thirdparty.js';
import { userIdMappingEndpoints } from './recipes/useridmapping.js';
import { userMetadataEndpoints } from './recipes/usermetadata.js';
import { userRolesEndpoints } from './recipes/userroles.js';
import { userEndpoints } from './recipes/users.js';

/** Every route of the CDI, as values (00-conventions.md 11). */
export const endpoints: readonly Endpoint[] = [
  ...serviceEndpoints,
  ...licenseEndpoints,
  ...multitenancyEndpoints,
  ...coreConfigEndpoints,
  ...emailPasswordEndpoints,
  ...thirdPartyEndpoints,
  ...passwordlessEndpoints,
  ...emailVerificationEndpoints,
  ...userIdMappingEndpoints,
  ...userEndpoints,
  ...accountLinkingEndpoints,
  ...userMetadataEndpoints,
  ...userRolesEndpoints,
  ...sessionEndpoints,
  ...jwtEndpoints,
];
