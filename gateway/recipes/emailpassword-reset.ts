import { z } from 'zod';
import { consumeResetToken } from '../../command-service/emailpassword/consume-reset-token.js';
import { createResetToken } from '../../command-service/emailpassword/create-reset-token.js';
import { resetPassword } from '../../command-service/emailpassword/reset-password.js';
import { oneTimeTokenHash } from '../../command-service/one-time-token.js';
import type { ResetTokenEmail } from '../../domain/user/password-reset.js';
import type { Endpoint } from '../endpoint.js';
import { atLeast } from '../http/cdi-version.js';
import { ok } from '../http/reply.js';
import { invalidField } from '../http/texts.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { EMPTY_PASSWORD, enabledTenant, presentedResetToken } from './emailpassword-request.js';

const recipient = z.object({ userId: z.string() });
const recipientSince40 = recipient.extend({ email: z.string() });
const consume = z.object({ token: z.string() });
const reset = z.object({ method: z.string(), token: z.string(), newPassword: z.string() });

const INVALID_TOKEN = { status: 'RESET_PASSWORD_INVALID_TOKEN_ERROR' } as const;

/** From CDI 4.0 on an email is required, but of known users only: so the user is looked at first (30-emailpassword.md 2.5). */
function tokenEmail(request: CdiRequest): ResetTokenEmail {
  if (!request.since('4.0')) return { from: 'login-method' };
  const { email } = request.json().value;
  return { from: 'request', email: typeof email === 'string' ? email : null };
}

/** Password reset (30-emailpassword.md 2.5 to 2.7). */
export const passwordResetEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/user/password/reset/token',
    level: 'tenant',
    summary: 'Hands out a password-reset token.',
    body: (version) => (atLeast(version, '4.0') ? recipientSince40 : recipient),
    async handle(request) {
      const { userId } = request.fields(recipient);
      const target = enabledTenant(request);
      const result = await request.send(createResetToken, { target, userId, email: tokenEmail(request) });
      if (result.status === 'EMAIL_MISSING') refuse(400, invalidField('email'));
      if (result.status === 'SEVERAL_LOGIN_METHODS') refuse(400, 'Please use CDI version >= 4.0');
      return ok(result);
    },
  },
  {
    method: 'POST',
    path: '/recipe/user/password/reset/token/consume',
    level: 'tenant',
    summary: 'Consumes a password-reset token; the password stays as it is.',
    body: consume,
    async handle(request) {
      const tokenHash = oneTimeTokenHash(request.fields(consume).token);
      const presented = await presentedResetToken(request, request.tenant().appKey, tokenHash);
      return ok(presented ? await request.send(consumeResetToken, presented) : INVALID_TOKEN);
    },
  },
  {
    method: 'POST',
    path: '/recipe/user/password/reset',
    level: 'tenant',
    summary: 'Replaces a password on presentation of a reset token. Legacy.',
    body: reset,
    async handle(request) {
      const { method, token, newPassword } = request.fields(reset);
      if (method !== 'token') refuse(400, 'Unsupported method for password reset');
      if (newPassword === '') refuse(400, EMPTY_PASSWORD);
      const target = request.tenant();
      const presented = await presentedResetToken(request, target.appKey, oneTimeTokenHash(token));
      if (!presented) return ok(INVALID_TOKEN);
      const { userId, tokenHash } = presented;
      const result = await request.send(resetPassword, { target, userId, tokenHash, newPassword });
      return ok(result.status === 'OK' ? { status: 'OK', userId: result.userId } : result);
    },
  },
];
