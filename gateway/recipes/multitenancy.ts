import type { Endpoint } from '../endpoint.js';
import { tenantReadEndpoints } from './multitenancy-lists.js';
import { providerEndpoints } from './multitenancy-providers.js';
import { tenantRowEndpoints } from './multitenancy-rows.js';
import { tenantUserEndpoints } from './multitenancy-users.js';

/** Connection URI domains, apps and tenants (10-multitenancy.md). */
export const multitenancyEndpoints: readonly Endpoint[] = [
  ...tenantRowEndpoints,
  ...tenantReadEndpoints,
  ...providerEndpoints,
  ...tenantUserEndpoints,
];
