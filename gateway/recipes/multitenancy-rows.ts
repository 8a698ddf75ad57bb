import { createOrUpdateTenant } from '../../command-service/tenancy/create-or-update-tenant.js';
import { removeApp } from '../../command-service/tenancy/remove-app.js';
import { removeConnectionUriDomain } from '../../command-service/tenancy/remove-connection-uri-domain.js';
import { removeTenant } from '../../command-service/tenancy/remove-tenant.js';
import type { RemovalResult } from '../../domain/tenancy/decide-removal.js';
import { v1Api } from '../../domain/tenancy/factors.js';
import { readRemovedId, readTarget, type TenancyLevel } from '../../domain/tenancy/requests.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import type { CdiRequest } from '../request.js';
import { bodyOf, removalShape, rowShape } from './multitenancy-body.js';
import { allowed } from './multitenancy-refusal.js';

const LEVELS: readonly TenancyLevel[] = ['connectionUriDomain', 'app', 'tenant'];

const NOUNS: Readonly<Record<TenancyLevel, string>> = {
  connectionUriDomain: 'a connection URI domain',
  app: 'an app',
  tenant: 'a tenant',
};

const pathOf = (level: TenancyLevel) => `/recipe/multitenancy/${level.toLowerCase()}`;

function createOrUpdate(level: TenancyLevel, version: 'v1' | 'v2'): Endpoint {
  return {
    method: 'PUT',
    path: version === 'v2' ? `${pathOf(level)}/v2` : pathOf(level),
    level: 'special',
    summary: `Creates or updates ${NOUNS[level]}.`,
    body: rowShape(level, version),
    async handle(request) {
      const body = bodyOf(request);
      const source = request.address;
      const target = allowed(readTarget(level, body, source)).value;
      const api = version === 'v2' ? 'v2' : v1Api(request.version);
      const secretMissing = !request.mayUseProtected;
      return ok(allowed(await request.send(createOrUpdateTenant, { source, target, api, body, secretMissing })));
    },
  };
}

const REMOVE: Readonly<Record<TenancyLevel, (request: CdiRequest, id: string) => Promise<RemovalResult>>> = {
  connectionUriDomain: (request, cud) => request.send(removeConnectionUriDomain, { source: request.address, cud }),
  app: (request, appId) => request.send(removeApp, { source: request.address, appId }),
  tenant: (request, tenantId) => request.send(removeTenant, { source: request.address, tenantId }),
};

function remove(level: TenancyLevel): Endpoint {
  return {
    method: 'POST',
    path: `${pathOf(level)}/remove`,
    level: 'special',
    summary: `Removes ${NOUNS[level]}.`,
    body: removalShape(level),
    async handle(request) {
      const id = allowed(readRemovedId(level, bodyOf(request))).value;
      return ok(allowed(await REMOVE[level](request, id)));
    },
  };
}

/** Creating, updating and removing rows (10-multitenancy.md 7.1, 7.4). */
export const tenantRowEndpoints: readonly Endpoint[] = LEVELS.flatMap((level) => [
  createOrUpdate(level, 'v1'),
  createOrUpdate(level, 'v2'),
  remove(level),
]);
