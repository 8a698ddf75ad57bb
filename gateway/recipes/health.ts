import { tenantAt } from '../../domain/tenancy/app.js';
import type { Endpoint, Method } from '../endpoint.js';
import { type Reply, text } from '../http/reply.js';
import { TEXTS } from '../http/texts.js';
import type { CdiRequest } from '../request.js';

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE'];

async function hello(request: CdiRequest): Promise<Reply> {
  const { appKey } = request.app();
  const { probes, now, testMode, probeStore } = request.deps;
  if (!probes.admit(appKey, now())) return text(200, testMode ? TEXTS.rateLimitedHello : TEXTS.hello);
  await probeStore();
  return text(200, TEXTS.hello);
}

function helloOfTenant(request: CdiRequest): Promise<Reply> | Reply {
  const { registry } = request.deps;
  const app = registry.app(request.address.cud, request.address.appId);
  return app && !tenantAt(app, request.address) ? text(404, TEXTS.notFound) : hello(request);
}

/** Health (00-conventions.md 13.1). */
export const healthEndpoints: readonly Endpoint[] = [
  ...METHODS.map(
    (method): Endpoint => ({
      method,
      path: '/hello',
      level: 'app-any-tenant',
      summary: 'Answers Hello if the service can read its store.',
      keyFree: true,
      versionFree: true,
      handle: hello,
    }),
  ),
  ...METHODS.map(
    (method): Endpoint => ({
      method,
      path: '/',
      level: 'app-any-tenant',
      summary: 'Answers Hello if the tenant exists and the service can read its store.',
      keyFree: true,
      handle: helloOfTenant,
    }),
  ),
];
