import type { Endpoint } from './endpoint.js';
import { coreConfigEndpoints } from './recipes/core-config.js';
import { emailPasswordEndpoints } from './recipes/emailpassword.js';
import { jwtEndpoints } from './recipes/jwt.js';
import { licenseEndpoints } from './recipes/license.js';
import { multitenancyEndpoints } from './recipes/multitenancy.js';
import { serviceEndpoints } from './recipes/service.js';
import { sessionEndpoints } from './recipes/session.js';
import { userEndpoints } from './recipes/users.js';

/** Every route of the CDI, as values (00-conventions.md 11). */
export const endpoints: readonly Endpoint[] = [
  ...serviceEndpoints,
  ...licenseEndpoints,
  ...multitenancyEndpoints,
  ...coreConfigEndpoints,
  ...emailPasswordEndpoints,
  ...userEndpoints,
  ...sessionEndpoints,
  ...jwtEndpoints,
];
