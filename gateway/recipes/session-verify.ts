import { z } from 'zod';
import { promoteRefreshToken } from '../../command-service/session/promote-refresh-token.js';
import { regenerateAccessToken } from '../../command-service/session/regenerate-access-token.js';
import { rotatesRefreshTokens } from '../../domain/session/access-token-version.js';
import { unauthorised } from '../../domain/session/answers.js';
import type { ReadAccessToken } from '../../infra/ports/tokens.js';
import { readAccessToken } from '../../query-service/sessions/read-access-token.js';
import { verifySession } from '../../query-service/sessions/verify-session.js';
import type { Endpoint } from '../endpoint.js';
import { zObject } from '../http/input.js';
import { ok } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { type ShownSession, sessionAnswer } from './session-answers.js';
import { payloadTexts } from './session-payload.js';

const presentedToken = z.object({
  accessToken: z.string(),
  antiCsrfToken: z.string().optional(),
  doAntiCsrfCheck: z.boolean(),
  enableAntiCsrf: z.boolean(),
});
const databaseCheck = z.object({ checkDatabase: z.boolean() });

const regeneration = z.object({ accessToken: z.string(), userDataInJWT: zObject().optional() });

function sessionOf(token: ReadAccessToken): ShownSession {
  return { ...token, handle: token.sessionHandle, userDataInJWT: token.payload };
}

/** What becomes of access tokens: verify and regenerate (20-session.md 9.3, 9.5). */
export const sessionVerifyEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/session/verify',
    level: 'special',
    summary: 'Verifies an access token; level app from CDI 5.6 on, any tenant before.',
    body: presentedToken.extend(databaseCheck.shape),
    async handle(request) {
      const fields = request.fields(presentedToken);
      const reads = rotatesRefreshTokens(request.version);
      const target = reads ? request.publicTenant() : request.app();
      const { checkDatabase } = request.fields(databaseCheck);
      const result = await request.ask(verifySession, { ...fields, target, checkDatabase, promotes: !reads });
      if (result.status === 'OK') return sessionAnswer(request, result, result);
      if (result.status === 'BAD_INPUT') refuse(400, result.message);
      if (result.status !== 'RENEWAL_NEEDED') return ok(result);

      const { token } = result;
      const promoted = await request.send(promoteRefreshToken, { target, token, checkDatabase });
      if (promoted.status === 'BAD_INPUT') refuse(400, promoted.message);
      if (promoted.status !== 'OK') return ok(promoted);
      return sessionAnswer(request, { ...sessionOf(token), ...promoted.renewed }, promoted.renewed);
    },
  },
  {
    method: 'POST',
    path: '/recipe/session/regenerate',
    level: 'app-any-tenant',
    summary: 'Stores a new access token payload and renews the access token with it.',
    body: regeneration,
    async handle(request) {
      const fields = request.fields(regeneration);
      const target = request.app();
      const reading = await request.ask(readAccessToken, { target, accessToken: fields.accessToken });
      if (reading.status !== 'OK') return ok(unauthorised(reading.message));
      const { token } = reading;
      const result = await request.send(regenerateAccessToken, {
        target,
        token,
        ...(fields.userDataInJWT && { userDataInJWT: payloadTexts(request)('userDataInJWT') }),
      });
      if (result.status === 'BAD_INPUT') refuse(400, result.message);
      if (result.status !== 'OK') return ok(result);
      return sessionAnswer(request, { ...sessionOf(token), ...result }, result);
    },
  },
];
