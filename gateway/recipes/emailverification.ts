import { z } from 'zod';
import { createVerificationToken } from '../../command-service/emailverification/create-verification-token.js';
import { revokeVerificationTokens } from '../../command-service/emailverification/revoke-verification-tokens.js';
import { unverifyEmail } from '../../command-service/emailverification/unverify-email.js';
import { verifyEmail } from '../../command-service/emailverification/verify-email.js';
import { oneTimeTokenHash } from '../../command-service/one-time-token.js';
import { isEmailVerified } from '../../query-service/emailverification/is-email-verified.js';
import { verificationTokenOwner } from '../../query-service/emailverification/verification-token-owner.js';
import type { Endpoint } from '../endpoint.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { newEmail } from './emailpassword-request.js';
import { nonAuthUserId } from './nonauth-fields.js';
import { zWellFormed } from './well-formed.js';

const newToken = z.object({ userId: nonAuthUserId().pipe(zWellFormed()), email: newEmail.pipe(zWellFormed()) });
const presented = z.object({ method: z.string(), token: z.string() });
const pair = z.object({ userId: zWellFormed(), email: zWellFormed() });

/** Email verification: ids and emails are taken as they come, of users that exist or not (30-emailpassword.md 5). */
export const emailVerificationEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/user/email/verify/token',
    level: 'tenant',
    summary: 'Hands out an email verification token.',
    body: newToken,
    async handle(request) {
      const { userId, email } = request.fields(newToken);
      return ok(await request.send(createVerificationToken, { target: request.tenant(), userId, email }));
    },
  },
  {
    method: 'POST',
    path: '/recipe/user/email/verify',
    level: 'tenant',
    summary: 'Verifies an email by a token.',
    body: presented,
    async handle(request) {
      const { method, token } = request.fields(presented);
      if (method !== 'token') refuse(400, 'Unsupported method for email verification');
      const target = request.tenant();
      const tokenHash = oneTimeTokenHash(token);
      const userId = await request.ask(verificationTokenOwner, { appKey: target.appKey, tokenHash });
      if (userId === null) return ok({ status: 'EMAIL_VERIFICATION_INVALID_TOKEN_ERROR' });
      const result = await request.send(verifyEmail, { target, userId, tokenHash });
      return ok(result.status === 'OK' ? { status: 'OK', userId, email: result.email } : result);
    },
  },
  {
    method: 'GET',
    path: '/recipe/user/email/verify',
    level: 'app',
    summary: 'Says whether an email is verified for a user id.',
    query: pair,
    async handle(request) {
      const { userId, email } = request.query(pair);
      const { appKey } = request.publicTenant();
      return ok({ status: 'OK', isVerified: await request.ask(isEmailVerified, { appKey, userId, email }) });
    },
  },
  {
    method: 'POST',
    path: '/recipe/user/email/verify/remove',
    level: 'app',
    summary: 'Makes an email count as not verified; tokens stay valid.',
    body: pair,
    async handle(request) {
      const { userId, email } = request.fields(pair);
      const { appKey } = request.publicTenant();
      return ok(await request.send(unverifyEmail, { appKey, userId, email }));
    },
  },
  {
    method: 'POST',
    path: '/recipe/user/email/verify/token/remove',
    level: 'tenant',
    summary: 'Voids the email verification tokens of the tenant for a user id and email.',
    body: pair,
    async handle(request) {
      const { userId, email } = request.fields(pair);
      return ok(await request.send(revokeVerificationTokens, { target: request.tenant(), userId, email }));
    },
  },
];
