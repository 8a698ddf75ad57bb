import { z } from 'zod';
import { CDI_VERSIONS, type CdiVersion } from '../../domain/config/cdi-versions.js';
import { isBaseTenant } from '../../domain/tenancy/ids.js';
import type { Endpoint } from '../endpoint.js';
import { isCdiVersion, LATEST_CDI_VERSION } from '../http/cdi-version.js';
import { ok, text } from '../http/reply.js';
import { TEXTS } from '../http/texts.js';
import { refuse } from '../refusal.js';
import { healthEndpoints } from './health.js';
import { migrationEndpoints } from './migration.js';
import { rememberDomains, reportedDomains } from './reported-domains.js';

const processId = z.object({ pid: z.string() });

/** Endpoints of the service itself (00-conventions.md 13). */
export const serviceEndpoints: readonly Endpoint[] = [
  ...healthEndpoints,
  {
    method: 'GET',
    path: '/apiversion',
    level: 'app',
    summary: 'Lists the CDI versions that the app may be called in.',
    versionFree: true,
    query: reportedDomains,
    handle(request) {
      rememberDomains(request, request.publicTenant());
      const { registry } = request.deps;
      const config = registry.config({ ...request.address, tenantId: 'public' });
      const max = config.status === 'OK' ? config.config.supertokens_max_cdi_version : null;
      const highest: CdiVersion = max !== null && isCdiVersion(max) ? max : LATEST_CDI_VERSION;
      return ok({ versions: CDI_VERSIONS.slice(0, CDI_VERSIONS.indexOf(highest) + 1) });
    },
  },
  {
    method: 'GET',
    path: '/config',
    level: 'special',
    summary: 'Tells where the config file is to a caller who knows the process id.',
    keyFree: true,
    query: processId,
    handle(request) {
      const { pid } = request.query(processId);
      request.tenant();
      if (!isBaseTenant(request.address)) refuse(403, TEXTS.baseTenantOnly);
      const { deps } = request;
      return ok(pid === deps.processId ? { status: 'OK', path: deps.configPath } : { status: 'NOT_ALLOWED' });
    },
  },
  {
    method: 'GET',
    path: '/requests/stats',
    level: 'app',
    summary: 'Average and peak requests per second of the app, for each minute of the last day.',
    handle(request) {
      const { appKey } = request.publicTenant();
      return ok({ status: 'OK', ...request.deps.stats.read(appKey, request.deps.now()) });
    },
  },
  {
    method: 'GET',
    path: '/telemetry',
    level: 'app',
    summary: 'Says that there is no telemetry id: no usage data leaves the service.',
    handle(request) {
      request.publicTenant();
      return ok({ exists: false });
    },
  },
  {
    method: 'GET',
    path: '/user/search/tags',
    level: 'app-any-tenant',
    summary: 'Lists what users can be searched by.',
    handle: () => ok({ status: 'OK', tags: ['email', 'phone', 'provider'] }),
  },
  {
    method: 'POST',
    path: '/recipe/handshake',
    level: 'app-any-tenant',
    summary: 'Gone since CDI 3.0: always 404.',
    handle: () => text(404, TEXTS.notFound),
  },
  ...migrationEndpoints,
];
