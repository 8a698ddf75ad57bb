import { z } from 'zod';
import { signIn } from '../../command-service/emailpassword/sign-in.js';
import { signUp } from '../../command-service/emailpassword/sign-up.js';
import { userById } from '../../query-service/users/user-by-id.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { userJson } from '../user-json.js';

const credentials = z.object({ email: z.string(), password: z.string() });

/** A user that a command just made or found: the views show it by now. */
async function userAnswer(request: CdiRequest, appKey: string, userId: string): Promise<object> {
  const user = await request.ask(userById, { appKey, userId });
  if (!user) throw new Error('a user that was just answered is not in the directory');
  return {
    status: 'OK',
    user: userJson(user, request.version),
    ...(request.since('4.0') ? { recipeUserId: userId } : {}),
  };
}

/** EmailPassword (30-emailpassword.md 2). */
export const emailPasswordEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/signup',
    level: 'tenant',
    summary: 'Makes a user who signs in by email and password.',
    body: credentials,
    async handle(request) {
      const { email, password } = request.fields(credentials);
      if (password === '') refuse(400, 'Password cannot be an empty string');
      const target = request.tenant();
      const result = await request.send(signUp, { target, email, password });
      return ok(result.status === 'OK' ? await userAnswer(request, target.appKey, result.userId) : result);
    },
  },
  {
    method: 'POST',
    path: '/recipe/signin',
    level: 'tenant',
    summary: 'Signs a user in by email and password.',
    body: credentials,
    async handle(request) {
      const { email, password } = request.fields(credentials);
      const target = request.tenant();
      const result = await request.send(signIn, { target, email, password });
      return ok(result.status === 'OK' ? await userAnswer(request, target.appKey, result.userId) : result);
    },
  },
];
