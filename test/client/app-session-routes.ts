import { Router } from 'express';
import type { SessionRequest } from 'supertokens-node/framework/express';
import {
  getAllSessionHandlesForUser,
  revokeAllSessionsForUser,
  type SessionContainer,
} from 'supertokens-node/recipe/session';
import { verifySession } from 'supertokens-node/recipe/session/framework/express';

/** The routes of the app that need a session. */
export function sessionRoutes(): Router {
  const router = Router();
  router.get('/session', verifySession(), (request: SessionRequest, response) => {
    response.json(shown(sessionOf(request)));
  });
  router.get('/session/checked', verifySession({ checkDatabase: true }), (request: SessionRequest, response) => {
    response.json(shown(sessionOf(request)));
  });
  router.get('/session/optional', verifySession({ sessionRequired: false }), (request: SessionRequest, response) => {
    response.json({ isSignedIn: request.session !== undefined });
  });
  router.post('/session/act', verifySession(), (request: SessionRequest, response) => {
    response.json(shown(sessionOf(request)));
  });
  router.put('/session/claims', verifySession(), async (request: SessionRequest, response) => {
    const session = sessionOf(request);
    await session.mergeIntoAccessTokenPayload(request.body);
    response.json(shown(session));
  });
  router.get('/session/data', verifySession(), async (request: SessionRequest, response) => {
    response.json(await sessionOf(request).getSessionDataFromDatabase());
  });
  router.put('/session/data', verifySession(), async (request: SessionRequest, response) => {
    await sessionOf(request).updateSessionDataInDatabase(request.body);
    response.json({});
  });
  router.get('/session/all', verifySession(), async (request: SessionRequest, response) => {
    response.json({ handles: await getAllSessionHandlesForUser(sessionOf(request).getUserId()) });
  });
  router.post('/session/revoke-all', verifySession(), async (request: SessionRequest, response) => {
    response.json({ revoked: await revokeAllSessionsForUser(sessionOf(request).getUserId()) });
  });
  return router;
}

function sessionOf(request: SessionRequest): SessionContainer {
  if (!request.session) throw new Error('verifySession let a request through without a session');
  return request.session;
}

function shown(session: SessionContainer): object {
  return {
    handle: session.getHandle(),
    userId: session.getUserId(),
    recipeUserId: session.getRecipeUserId().getAsString(),
    tenantId: session.getTenantId(),
    payload: session.getAccessTokenPayload(),
  };
}
