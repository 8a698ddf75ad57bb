import { availableParallelism } from 'node:os';
import { configOf } from '../../command-service/tenancy/config-of.js';
import { coreConfigListing } from '../../domain/config/listing.js';
import { builtInDefaults } from '../../domain/config/options.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';

/** The options that the dashboard shows and edits per tenant (10-multitenancy.md 11). */
export const coreConfigEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/recipe/dashboard/tenant/core-config',
    level: 'tenant',
    summary: 'Lists the options of the tenant with the values that hold for it.',
    handle(request) {
      const effective = configOf(request.deps.registry, request.tenant());
      const defaults = builtInDefaults(availableParallelism());
      const config = coreConfigListing(effective, { defaults, hideProtected: !request.mayUseProtected });
      return ok({ status: 'OK', config });
    },
  },
];
