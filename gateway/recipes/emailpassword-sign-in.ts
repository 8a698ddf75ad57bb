import { z } from 'zod';
import { signIn } from '../../command-service/emailpassword/sign-in.js';
import { signUp } from '../../command-service/emailpassword/sign-up.js';
import { isFakeEmail, normaliseEmail } from '../../domain/emailpassword/email.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { newUser, signedInUser } from './answered-user.js';
import { EMPTY_PASSWORD, enabledTenant, newEmail } from './emailpassword-request.js';
import { signedInJson } from './login-method.js';

const newCredentials = z.object({ email: newEmail, password: z.string() });
const credentials = z.object({ email: z.string(), password: z.string() });

/** Sign-up and sign-in (30-emailpassword.md 2.1, 2.2). */
export const signInEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/signup',
    level: 'tenant',
    summary: 'Makes a user who signs in by email and password.',
    body: newCredentials,
    async handle(request) {
      const { email, password } = request.fields(newCredentials);
      if (password === '') refuse(400, EMPTY_PASSWORD);
      const target = enabledTenant(request);
      const result = await request.send(signUp, { target, email, password });
      if (result.status !== 'OK') return ok(result);
      const { userId, timeJoined } = result;
      const own = normaliseEmail(email);
      const made = { userId, recipeId: 'emailpassword', timeJoined, email: own, verified: isFakeEmail(own) } as const;
      return ok(signedInJson(request, newUser(target, made), userId));
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
      const target = enabledTenant(request);
      const result = await request.send(signIn, { target, email, password, source: request.source });
      if (result.status !== 'OK') return ok(result);
      const user = await signedInUser(request, target.appKey, result.userId);
      if (!user) return ok({ status: 'WRONG_CREDENTIALS_ERROR' });
      return ok(signedInJson(request, user, result.userId));
    },
  },
];
