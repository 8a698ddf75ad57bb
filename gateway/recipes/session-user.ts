import { z } from 'zod';
import { revokeSessions, revokeUserSessions } from '../../command-service/session/revoke-sessions.js';
import { sessionHandlesOfUser } from '../../query-service/sessions/session-handles-of-user.js';
import type { Endpoint } from '../endpoint.js';
import { zStrings } from '../http/input.js';
import { ok, type Reply } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { sessionOfHandle } from './session-targets.js';

const removal = z.object({ userId: z.string().optional(), sessionHandles: zStrings().optional() });
const acrossTenants = z.object({ revokeAcrossAllTenants: z.boolean().optional() });
const linkedAccounts = z.object({ revokeSessionsForLinkedAccounts: z.boolean().optional() });

/** Absent means true; anything but `true` means false. */
const qFlag = () =>
  z
    .string()
    .optional()
    .transform((text) => text === undefined || text.toLowerCase() === 'true');

const listing = z.object({
  userId: z.string(),
  fetchAcrossAllTenants: qFlag(),
  fetchSessionsForAllLinkedAccounts: qFlag(),
});

/** Where to look for a user's sessions: in the whole app, or in the tenant of the path. */
function scopeOf(request: CdiRequest, acrossAllTenants: boolean): { appKey: string; tenantKey?: string } {
  if (acrossAllTenants) return { appKey: request.publicTenant().appKey };
  const { appKey, tenantKey } = request.tenant();
  return { appKey, tenantKey };
}

function refuseWithoutUser(field: string, value: unknown): void {
  if (value !== undefined) refuse(400, `Invalid JSON input - ${field} can only be set if userId is set`);
}

async function removeByHandles(request: CdiRequest, handles: readonly string[]): Promise<Reply> {
  refuseWithoutUser('revokeAcrossAllTenants', request.fields(acrossTenants).revokeAcrossAllTenants);
  const { revokeSessionsForLinkedAccounts } = request.fields(linkedAccounts);
  refuseWithoutUser('revokeSessionsForLinkedAccounts', revokeSessionsForLinkedAccounts);
  const { appKey } = request.app();
  const sessions = handles.map((handle) => sessionOfHandle(request, handle));
  return ok({ status: 'OK', sessionHandlesRevoked: await request.send(revokeSessions, { appKey, sessions }) });
}

async function removeByUser(request: CdiRequest, userId: string): Promise<Reply> {
  const { revokeAcrossAllTenants = true } = request.fields(acrossTenants);
  const { revokeSessionsForLinkedAccounts: linked = true } = request.fields(linkedAccounts);
  const scope = scopeOf(request, revokeAcrossAllTenants);
  return ok({
    status: 'OK',
    sessionHandlesRevoked: await request.send(revokeUserSessions, { ...scope, userId, linked }),
  });
}

/** The sessions of users: remove and list (20-session.md 9.6, 9.7). */
export const sessionUserEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/session/remove',
    level: 'special',
    summary: 'Revokes sessions, by handle or of a user; level app across tenants, else tenant.',
    body: removal.extend(acrossTenants.shape).extend(linkedAccounts.shape),
    handle(request) {
      const { userId, sessionHandles } = request.fields(removal);
      if (userId !== undefined && sessionHandles === undefined) return removeByUser(request, userId);
      if (userId === undefined && sessionHandles !== undefined) return removeByHandles(request, sessionHandles);
      refuse(400, 'Invalid JSON input - use one of userId or sessionHandles array');
    },
  },
  {
    method: 'GET',
    path: '/recipe/session/user',
    level: 'special',
    summary: 'Lists the sessions of a user; level app across tenants, else tenant.',
    query: listing,
    async handle(request) {
      const { userId, fetchAcrossAllTenants, fetchSessionsForAllLinkedAccounts: linked } = request.query(listing);
      const scope = scopeOf(request, fetchAcrossAllTenants);
      return ok({
        status: 'OK',
        sessionHandles: await request.ask(sessionHandlesOfUser, { ...scope, userId, linked }),
      });
    },
  },
];
