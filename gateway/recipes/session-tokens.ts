import { z } from 'zod';
import { createSession } from '../../command-service/session/create-session.js';
import { type ReusedRefreshToken, refreshSession } from '../../command-service/session/refresh-session.js';
import type { CdiVersion } from '../../domain/config/cdi-versions.js';
import { accessTokenVersion, rotatesRefreshTokens } from '../../domain/session/access-token-version.js';
import type { Unauthorised } from '../../domain/session/answers.js';
import type { Endpoint } from '../endpoint.js';
import { atLeast } from '../http/cdi-version.js';
import { zLong, zObject } from '../http/input.js';
import { ok, type Reply } from '../http/reply.js';
import { refuse } from '../refusal.js';
import { issuedSessionAnswer } from './session-answers.js';
import { payloadTexts } from './session-payload.js';

const newSession = z.object({
  userId: z.string(),
  enableAntiCsrf: z.boolean(),
  userDataInJWT: zObject(),
  userDataInDatabase: zObject(),
});
const shortened = z.object({ accessTokenValidity: zLong().optional() });
const newShortenedSession = newSession.extend(shortened.shape);
const keyKind = z.object({ useDynamicSigningKey: z.boolean().optional() });

const refreshBefore5 = z.object({
  refreshToken: z.string(),
  antiCsrfToken: z.string().optional(),
  enableAntiCsrf: z.boolean(),
  useDynamicSigningKey: z.boolean().optional(),
});
const refreshBefore56 = refreshBefore5.extend({ useDynamicSigningKey: z.boolean() });
const refresh56 = refreshBefore56.extend(shortened.shape);

function refreshShape(version: CdiVersion) {
  if (atLeast(version, '5.6')) return refresh56;
  return atLeast(version, '5.0') ? refreshBefore56 : refreshBefore5;
}

/** Sessions and their tokens: create and refresh (20-session.md 9.1, 9.4). */
export const sessionTokenEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/recipe/session',
    level: 'tenant',
    summary: 'Creates a session for a user.',
    body: (version) => (atLeast(version, '5.6') ? newShortenedSession : newSession).extend(keyKind.shape),
    async handle(request) {
      const fields: z.output<typeof newShortenedSession> = request.fields(
        request.since('5.6') ? newShortenedSession : newSession,
      );
      const target = request.tenant();
      const { useDynamicSigningKey } = request.fields(keyKind);
      const { userId, enableAntiCsrf, accessTokenValidity } = fields;
      const payload = payloadTexts(request);
      const result = await request.send(createSession, {
        target,
        userId,
        enableAntiCsrf,
        userDataInJWT: payload('userDataInJWT'),
        userDataInDatabase: payload('userDataInDatabase'),
        useStaticKey: useDynamicSigningKey === false,
        accessTokenVersion: accessTokenVersion(request.version),
        accessTokenValidity,
      });
      if (result.status === 'BAD_INPUT') refuse(400, result.message);
      return issuedSessionAnswer(request, result);
    },
  },
  {
    method: 'POST',
    path: '/recipe/session/refresh',
    level: 'app-any-tenant',
    summary: 'Exchanges a refresh token for new tokens.',
    body: refreshShape,
    async handle(request) {
      const fields: z.output<typeof refresh56> | z.output<typeof refreshBefore5> = request.fields(
        refreshShape(request.version),
      );
      const target = request.tenant();
      const result = await request.send(refreshSession, {
        ...fields,
        target,
        rotates: rotatesRefreshTokens(request.version),
        accessTokenVersion: accessTokenVersion(request.version),
      });
      if (result.status === 'OK') return issuedSessionAnswer(request, result);
      if (result.status === 'BAD_INPUT') refuse(400, result.message);
      return refusedRefresh(result);
    },
  },
];

/** `recipeUserId` of a theft is there at every CDI version. */
function refusedRefresh(result: Unauthorised | ReusedRefreshToken): Reply {
  if (result.status === 'UNAUTHORISED') return ok(result);
  const { status, recentTokenReuseSubtype, ...session } = result;
  return ok({ status, session, recentTokenReuseSubtype });
}
