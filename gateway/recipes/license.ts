import { z } from 'zod';
import { removeLicenseKey } from '../../command-service/tenancy/remove-license-key.js';
import { setLicenseKey } from '../../command-service/tenancy/set-license-key.js';
import { readLicenseKey } from '../../domain/tenancy/decide-app-facts.js';
import { monthlyActiveUsers } from '../../query-service/active-users/monthly-active-users.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { bodyOf } from './multitenancy-body.js';
import { allowed } from './multitenancy-refusal.js';

const PATH = '/ee/license';

/** Everything there is, always. */
const FEATURES = ['account_linking', 'multi_tenancy', 'dashboard_login', 'mfa', 'security', 'oauth', 'saml'] as const;

/** The licence key, on which nothing depends, and what it would pay for (00-conventions.md 13.8, 13.9). */
export const licenseEndpoints: readonly Endpoint[] = [
  {
    method: 'PUT',
    path: PATH,
    level: 'app',
    summary: 'Keeps a licence key. No feature depends on it.',
    body: z.object({ licenseKey: z.string().optional() }),
    async handle(request) {
      const licenseKey = allowed(readLicenseKey(bodyOf(request))).value;
      const target = request.app();
      request.publicTenant();
      return ok(allowed(await request.send(setLicenseKey, { target, licenseKey })));
    },
  },
  {
    method: 'GET',
    path: PATH,
    level: 'app',
    summary: 'Reads the licence key.',
    handle(request) {
      const { cud, appId } = request.publicTenant();
      const licenseKey = request.deps.registry.app(cud, appId)?.licenseKey ?? null;
      return ok(licenseKey === null ? { status: 'NO_LICENSE_KEY_FOUND_ERROR' } : { licenseKey, status: 'OK' });
    },
  },
  {
    method: 'DELETE',
    path: PATH,
    level: 'app',
    summary: 'Removes the licence key.',
    async handle(request) {
      return ok(allowed(await request.send(removeLicenseKey, { target: request.publicTenant() })));
    },
  },
  {
    method: 'GET',
    path: '/ee/featureflag',
    level: 'app',
    summary: 'Lists the features, which are all enabled, with usage statistics.',
    async handle(request) {
      const { appKey } = request.publicTenant();
      const maus = await request.ask(monthlyActiveUsers, { appKey });
      return ok({ features: FEATURES, usageStats: { maus }, status: 'OK' });
    },
  },
];
