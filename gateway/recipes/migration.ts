import { z } from 'zod';
import { isBaseTenant } from '../../domain/tenancy/ids.js';
import type { Endpoint } from '../endpoint.js';
import { ok, type Reply } from '../http/reply.js';
import type { CdiRequest } from '../request.js';

const verification = z.object({ verify: z.string().optional() });

/** The state of an app, or for the base app that of each connection URI domain. */
function answer(request: CdiRequest, state: object): Reply {
  const { cud, appId } = request.app();
  const isBaseApp = isBaseTenant({ cud, appId, tenantId: 'public' });
  return ok({ status: 'OK', ...(isBaseApp ? { cuds: [{ connectionUriDomain: '', ...state }] } : state) });
}

/** Constants: there is no schema to be migrated (00-conventions.md 13.11). */
export const migrationEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/migration/mode',
    level: 'app-any-tenant',
    summary: 'Says that nothing is left to be migrated.',
    handle: (request) => answer(request, { mode: 'MIGRATED' }),
  },
  {
    method: 'GET',
    path: '/migration/backfill/progress',
    level: 'app-any-tenant',
    summary: 'Says that no users wait to be migrated.',
    query: verification,
    handle(request) {
      const isVerifying = request.query(verification).verify?.toLowerCase() === 'true';
      return answer(request, {
        mode: 'MIGRATED',
        pendingUsers: 0,
        ...(isVerifying ? { verifySkipped: 'migrated' } : {}),
      });
    },
  },
];
