import { z } from 'zod';
import { countActiveUsers } from '../../query-service/active-users/count-active-users.js';
import { countUsers } from '../../query-service/users/count-users.js';
import type { Endpoint } from '../endpoint.js';
import { qList, qLong } from '../http/query.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { recipeFilter } from './users-filter.js';

const count = z.object({
  includeRecipeIds: qList().optional(),
  includeAllTenants: z.string().optional(),
  allowApproximate: z.string().optional(),
});
const active = z.object({ since: qLong() });

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}

/** How many users there are, and how many are active (32-users.md 3.4, 3.5). */
export const userCountEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/users/count',
    level: 'special',
    summary: 'Counts the users of the tenant, or with includeAllTenants those of the app.',
    query: count,
    async handle(request) {
      const query = request.query(count);
      const recipes = recipeFilter(query.includeRecipeIds);
      const ofApp = isTrue(query.includeAllTenants);
      const { appKey, tenantKey } = ofApp ? request.publicTenant() : request.tenant();
      const users = await request.ask(countUsers, { appKey, tenantKey: ofApp ? null : tenantKey, recipes });
      const saysHowExact = request.since('5.6') && isTrue(query.allowApproximate);
      return ok({
        status: 'OK',
        count: users,
        ...(saysHowExact ? { approximate: false, asOf: request.deps.now() } : {}),
      });
    },
  },
  {
    method: 'GET',
    path: '/users/count/active',
    level: 'app',
    summary: 'Counts the users of the app that were active at or after a moment.',
    query: active,
    async handle(request) {
      const { since } = request.query(active);
      if (since < 0) refuse(400, "'since' query parameter must be >= 0");
      const { appKey } = request.publicTenant();
      return ok({ status: 'OK', count: await request.ask(countActiveUsers, { appKey, since }) });
    },
  },
];
