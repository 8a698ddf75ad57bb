import { z } from 'zod';
import { updateCredentials } from '../../command-service/emailpassword/update-credentials.js';
import { userByEmail } from '../../query-service/users/user-by-email.js';
import { userById } from '../../query-service/users/user-by-id.js';
import type { Endpoint, Shape } from '../endpoint.js';
import { atLeast } from '../http/cdi-version.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { userJson } from '../user-json.js';
import { newEmail } from './emailpassword-request.js';
import { onlyMethod } from './login-method.js';

const lookup = z.object({ userId: z.string().optional(), email: z.string().optional() });

const change = { email: newEmail.optional(), password: z.string().optional() };
const since40 = z.object({ recipeUserId: z.string(), ...change });
const until31 = z.object({ userId: z.string(), ...change });
const changeShape: Shape = (version) => (atLeast(version, '4.0') ? since40 : until31);

function changeOf(request: CdiRequest) {
  if (!request.since('4.0')) return request.fields(until31);
  const { recipeUserId, ...rest } = request.fields(since40);
  return { userId: recipeUserId, ...rest };
}

/** Users by email and password, one at a time (30-emailpassword.md 2.3, 2.4). */
export const emailPasswordUserEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/recipe/user',
    rid: 'emailpassword',
    level: 'special',
    summary: 'Finds a user of this recipe by id in the app, or by email in the tenant. Deprecated.',
    query: lookup,
    async handle(request) {
      const { userId, email } = request.query(lookup);
      if (userId !== undefined && email !== undefined) refuse(400, 'Please provide only one of userId or email');
      if (userId !== undefined) {
        const { appKey } = request.publicTenant();
        const user = onlyMethod(await request.ask(userById, { appKey, userId }), userId, 'emailpassword');
        return ok(user ? { status: 'OK', user: userJson(user, request.version) } : { status: 'UNKNOWN_USER_ID_ERROR' });
      }
      if (email === undefined) refuse(400, 'Please provide one of userId or email');
      const { appKey, tenantKey } = request.tenant();
      const user = await request.ask(userByEmail, { appKey, tenantKey, recipe: 'emailpassword', email });
      return ok(user ? { status: 'OK', user: userJson(user, request.version) } : { status: 'UNKNOWN_EMAIL_ERROR' });
    },
  },
  {
    method: 'PUT',
    path: '/recipe/user',
    rid: 'emailpassword',
    level: 'app',
    summary: 'Changes the email, the password, or both.',
    body: changeShape,
    async handle(request) {
      const { userId, email = null, password = null } = changeOf(request);
      if (email === null && password === null) refuse(400, 'You have to provide either email or password.');
      const target = request.publicTenant();
      const result = await request.send(updateCredentials, { target, userId, email, password });
      return result.status === 'BAD_INPUT' ? refuse(400, result.message) : ok(result);
    },
  },
];
