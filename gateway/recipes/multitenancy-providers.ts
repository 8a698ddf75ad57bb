import { configureProvider } from '../../command-service/tenancy/configure-provider.js';
import { removeProvider } from '../../command-service/tenancy/remove-provider.js';
import { readProviderRequest, readThirdPartyId } from '../../domain/tenancy/provider-config.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { bodyOf, providerRemovalShape, providerShape } from './multitenancy-body.js';
import { allowed } from './multitenancy-refusal.js';

/** Third-party providers of a tenant (10-multitenancy.md 8). */
export const providerEndpoints: readonly Endpoint[] = [
  {
    method: 'PUT',
    path: '/recipe/multitenancy/config/thirdparty',
    level: 'special',
    summary: 'Adds a third-party provider to the tenant, or replaces it.',
    body: providerShape,
    async handle(request) {
      const provider = allowed(readProviderRequest(bodyOf(request))).value;
      return ok(allowed(await request.send(configureProvider, { target: request.address, provider })));
    },
  },
  {
    method: 'POST',
    path: '/recipe/multitenancy/config/thirdparty/remove',
    level: 'special',
    summary: 'Removes a third-party provider from the tenant.',
    body: providerRemovalShape,
    async handle(request) {
      const thirdPartyId = allowed(readThirdPartyId(bodyOf(request))).value;
      return ok(allowed(await request.send(removeProvider, { target: request.address, thirdPartyId })));
    },
  },
];
