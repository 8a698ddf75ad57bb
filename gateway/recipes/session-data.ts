import { z } from 'zod';
import { replaceAccessTokenPayload } from '../../command-service/session/replace-access-token-payload.js';
import { replaceSessionData } from '../../command-service/session/replace-session-data.js';
import { rawJson, renderJson } from '../../domain/json/render-json.js';
import { accessTokenVersion } from '../../domain/session/access-token-version.js';
import { type SessionInformation, sessionByHandle } from '../../query-service/sessions/session-by-handle.js';
import type { Endpoint } from '../endpoint.js';
import { zObject } from '../http/input.js';
import { ok, okRendered } from '../http/reply.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';
import { noSessionAnswer } from './session-answers.js';
import { payloadTexts } from './session-payload.js';
import { sessionOfHandle } from './session-targets.js';

const bySessionHandle = z.object({ sessionHandle: z.string() });
const newData = bySessionHandle.extend({ userDataInDatabase: zObject() });
const newPayload = bySessionHandle.extend({ userDataInJWT: zObject() });

/** An endpoint that shows something of the session of a handle (20-session.md 9.2, 9.8, 9.10). */
function shows(
  path: string,
  summary: string,
  show: (session: SessionInformation, request: CdiRequest) => object,
): Endpoint {
  return {
    method: 'GET',
    path,
    level: 'app-any-tenant',
    summary,
    query: bySessionHandle,
    async handle(request) {
      const { sessionHandle } = request.query(bySessionHandle);
      const { appKey } = request.app();
      const session = await request.ask(sessionByHandle, { appKey, session: sessionOfHandle(request, sessionHandle) });
      return session ? okRendered(renderJson({ status: 'OK', ...show(session, request) })) : noSessionAnswer();
    },
  };
}

/** What is kept with a session, by its handle. */
export const sessionDataEndpoints: readonly Endpoint[] = [
  shows('/recipe/session', 'Shows a session.', (session, request) => ({
    sessionHandle: session.handle,
    userId: session.userId,
    ...(request.since('4.0') ? { recipeUserId: session.recipeUserId } : {}),
    userDataInDatabase: rawJson(session.userDataInDatabase),
    userDataInJWT: rawJson(session.userDataInJWT),
    expiry: session.expiresAt,
    timeCreated: session.timeCreated,
    tenantId: session.tenantId,
  })),
  shows('/recipe/session/data', 'Shows the data kept with a session. Deprecated.', (session) => ({
    userDataInDatabase: rawJson(session.userDataInDatabase),
  })),
  shows('/recipe/jwt/data', 'Shows the access token payload of a session. Deprecated.', (session) => ({
    userDataInJWT: rawJson(session.userDataInJWT),
  })),
  {
    method: 'PUT',
    path: '/recipe/session/data',
    level: 'app-any-tenant',
    summary: 'Replaces the data kept with a session.',
    body: newData,
    async handle(request) {
      const { sessionHandle } = request.fields(newData);
      const { appKey } = request.app();
      const session = sessionOfHandle(request, sessionHandle);
      const userDataInDatabase = payloadTexts(request)('userDataInDatabase');
      return ok(await request.send(replaceSessionData, { appKey, session, userDataInDatabase }));
    },
  },
  {
    method: 'PUT',
    path: '/recipe/jwt/data',
    level: 'app-any-tenant',
    summary: 'Replaces the access token payload of a session.',
    body: newPayload,
    async handle(request) {
      const { sessionHandle } = request.fields(newPayload);
      const { appKey } = request.app();
      const result = await request.send(replaceAccessTokenPayload, {
        appKey,
        session: sessionOfHandle(request, sessionHandle),
        userDataInJWT: payloadTexts(request)('userDataInJWT'),
        accessTokenVersion: accessTokenVersion(request.version),
      });
      if (result.status === 'PROTECTED_FIELD') refuse(400, result.message);
      return ok(result);
    },
  },
];
