import { z } from 'zod';
import { linkAccounts } from '../../command-service/accountlinking/link-accounts.js';
import { makePrimary } from '../../command-service/accountlinking/make-primary.js';
import { UNKNOWN_USER } from '../../command-service/accountlinking/refusals.js';
import { unlinkAccount } from '../../command-service/accountlinking/unlink-account.js';
import { userById } from '../../query-service/users/user-by-id.js';
import type { Endpoint } from '../endpoint.js';
import { ok, type Reply } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { linkedUserJson } from '../user-json.js';

const one = z.object({ recipeUserId: z.string() });
const two = z.object({ recipeUserId: z.string(), primaryUserId: z.string() });

/** The answer with the user that an id stands for, in the linked form on every version. */
async function withUser(request: CdiRequest, appKey: string, userId: string, result: object): Promise<Reply> {
  const user = await request.ask(userById, { appKey, userId });
  // Deleted since.
  if (!user) refuse(400, UNKNOWN_USER.message);
  return ok({ ...result, user: linkedUserJson(user, request.version) });
}

/** Account linking (32-users.md 8). The checks are the commands themselves, told to change nothing. */
export const accountLinkingEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/recipe/accountlinking/user/primary/check',
    level: 'app',
    summary: 'Tells whether a user can become a primary user.',
    query: one,
    async handle(request) {
      const { recipeUserId } = request.query(one);
      const target = request.publicTenant();
      const result = await request.send(makePrimary, { target, recipeUserId, onlyCheck: true });
      return result.status === 'BAD_INPUT' ? refuse(400, result.message) : ok(result);
    },
  },
  {
    method: 'POST',
    path: '/recipe/accountlinking/user/primary',
    level: 'app',
    summary: 'Makes a user a primary user, to which others can be linked.',
    body: one,
    async handle(request) {
      const { recipeUserId } = request.fields(one);
      const target = request.publicTenant();
      const result = await request.send(makePrimary, { target, recipeUserId, onlyCheck: false });
      if (result.status === 'BAD_INPUT') refuse(400, result.message);
      return result.status === 'OK' ? withUser(request, target.appKey, recipeUserId, result) : ok(result);
    },
  },
  {
    method: 'GET',
    path: '/recipe/accountlinking/user/link/check',
    level: 'app',
    summary: 'Tells whether a login method can be linked to a primary user.',
    query: two,
    async handle(request) {
      const ids = request.query(two);
      const result = await request.send(linkAccounts, { target: request.publicTenant(), ...ids, onlyCheck: true });
      return result.status === 'BAD_INPUT' ? refuse(400, result.message) : ok(result);
    },
  },
  {
    method: 'POST',
    path: '/recipe/accountlinking/user/link',
    level: 'app',
    summary: 'Links a login method to a primary user.',
    body: two,
    async handle(request) {
      const ids = request.fields(two);
      const target = request.publicTenant();
      const result = await request.send(linkAccounts, { target, ...ids, onlyCheck: false });
      switch (result.status) {
        case 'BAD_INPUT':
          return refuse(400, result.message);
        case 'OK':
        case 'RECIPE_USER_ID_ALREADY_LINKED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR':
          return withUser(request, target.appKey, ids.recipeUserId, result);
        default:
          return ok(result);
      }
    },
  },
  {
    method: 'POST',
    path: '/recipe/accountlinking/user/unlink',
    level: 'app',
    summary: 'Takes a login method out of its primary user.',
    body: one,
    async handle(request) {
      const { recipeUserId } = request.fields(one);
      const result = await request.send(unlinkAccount, { target: request.publicTenant(), recipeUserId });
      return result.status === 'BAD_INPUT' ? refuse(400, result.message) : ok(result);
    },
  },
];
