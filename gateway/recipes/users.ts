import { z } from 'zod';
import { deleteUser } from '../../command-service/user/delete-user.js';
import { userById } from '../../query-service/users/user-by-id.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { linkedUserJson } from '../user-json.js';
import { accountInfoEndpoint } from './users-account-info.js';
import { userCountEndpoints } from './users-counts.js';
import { userListEndpoint } from './users-list.js';

const byId = z.object({ userId: z.string() });
const removal = z.object({ userId: z.string(), removeAllLinkedAccounts: z.boolean().optional() });

/** Users of all recipes (32-users.md 3, 6). */
export const userEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/user/id',
    level: 'app',
    summary: 'Finds the user that an id stands for.',
    query: byId,
    async handle(request) {
      const { userId } = request.query(byId);
      const { appKey } = request.publicTenant();
      const user = await request.ask(userById, { appKey, userId });
      return ok(
        user ? { status: 'OK', user: linkedUserJson(user, request.version) } : { status: 'UNKNOWN_USER_ID_ERROR' },
      );
    },
  },
  userListEndpoint,
  accountInfoEndpoint,
  ...userCountEndpoints,
  {
    method: 'GET',
    path: '/user/search/tags',
    level: 'app-any-tenant',
    summary: 'Lists the kinds of search tags.',
    handle: () => ok({ status: 'OK', tags: ['email', 'phone', 'provider'] }),
  },
  {
    method: 'POST',
    path: '/user/remove',
    level: 'app',
    summary: 'Deletes a user. An unknown one is no error.',
    body: removal,
    async handle(request) {
      const { userId, removeAllLinkedAccounts: removeAllLinked = true } = request.fields(removal);
      await request.send(deleteUser, { target: request.publicTenant(), userId, removeAllLinked });
      return ok({ status: 'OK' });
    },
  },
];
