import { z } from 'zod';
import { tenantAt } from '../../domain/tenancy/app.js';
import type { Endpoint, Method } from '../endpoint.js';
import { CDI_VERSIONS, type CdiVersion, isCdiVersion, LATEST_CDI_VERSION } from '../http/cdi-version.js';
import { ok, type Reply, text } from '../http/reply.js';
import { TEXTS } from '../http/texts.js';
import type { CdiRequest } from '../request.js';

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE'];

const BUCKET_SIZE = 5;
const MS_PER_TOKEN = 200;

/** Health probes per app (00-conventions.md 13.1): a bucket of 5 that gains one every 200 ms of silence. */
function healthBuckets() {
  const buckets = new Map<string, { tokens: number; admittedAt: number }>();
  return (appKey: string, now: number): boolean => {
    const bucket = buckets.get(appKey) ?? { tokens: BUCKET_SIZE, admittedAt: now };
    buckets.set(appKey, bucket);
    bucket.tokens = Math.min(BUCKET_SIZE, bucket.tokens + Math.floor((now - bucket.admittedAt) / MS_PER_TOKEN));
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    bucket.admittedAt = now;
    return true;
  };
}

const admit = healthBuckets();

async function hello(request: CdiRequest): Promise<Reply> {
  const { appKey } = request.app();
  if (!admit(appKey, request.deps.now())) return text(200, request.deps.testMode ? 'RateLimitedHello' : TEXTS.hello);
  await request.deps.probeStore();
  return text(200, TEXTS.hello);
}

const domains = z.object({ websiteDomain: z.string().optional(), apiDomain: z.string().optional() });

/** Endpoints of the service itself (00-conventions.md 13). */
export const serviceEndpoints: readonly Endpoint[] = [
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
      summary: 'Answers Hello if the tenant exists.',
      keyFree: true,
      versionFree: true,
      handle(request) {
        const app = request.deps.registry.app(request.address.cud, request.address.appId);
        if (app && !tenantAt(app, request.address)) return text(404, TEXTS.notFound);
        return hello(request);
      },
    }),
  ),
  {
    method: 'GET',
    path: '/apiversion',
    level: 'app',
    summary: 'Lists the CDI versions that the app may be called in.',
    versionFree: true,
    query: domains,
    handle(request) {
      request.publicTenant();
      const { registry } = request.deps;
      const config = registry.config({ ...request.address, tenantId: 'public' });
      const max = config.status === 'OK' ? config.config.supertokens_max_cdi_version : null;
      const highest: CdiVersion = max !== null && isCdiVersion(max) ? max : LATEST_CDI_VERSION;
      return ok({ versions: CDI_VERSIONS.slice(0, CDI_VERSIONS.indexOf(highest) + 1) });
    },
  },
];
