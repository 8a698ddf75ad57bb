import type { IssuedSession, IssuedToken } from '../../command-service/session/issued-session.js';
import type { JsonText } from '../../domain/json/raw-json.js';
import { rawJson, renderJson } from '../../domain/json/render-json.js';
import { sessionDoesNotExist } from '../../domain/session/answers.js';
import { ok, okRendered, type Reply } from '../http/reply.js';
import type { CdiRequest } from '../request.js';

/** A session as endpoints with tokens show it (20-session.md 9). */
export interface ShownSession {
  readonly handle: string;
  readonly userId: string;
  readonly recipeUserId: string;
  readonly tenantId: string;
  readonly userDataInJWT: JsonText;
}

export function sessionJson(request: CdiRequest, session: ShownSession): object {
  const { handle, userId, recipeUserId, userDataInJWT, tenantId } = session;
  return {
    handle,
    userId,
    ...(request.since('4.0') ? { recipeUserId } : {}),
    userDataInJWT: rawJson(userDataInJWT),
    tenantId,
  };
}

function tokenJson({ token, expiry, createdTime }: IssuedToken): object {
  return { token, expiry, createdTime };
}

/** The answer of verify and regenerate to a token that holds, with a renewed one if there is one. */
export function sessionAnswer(
  request: CdiRequest,
  session: ShownSession,
  extra: { readonly accessToken?: IssuedToken | undefined; readonly payloadUpdateAvailable?: boolean | undefined } = {},
): Reply {
  const { accessToken, payloadUpdateAvailable } = extra;
  return okRendered(
    renderJson({
      status: 'OK',
      session: sessionJson(request, session),
      accessToken: accessToken && tokenJson(accessToken),
      payloadUpdateAvailable,
    }),
  );
}

/** The answer of create and refresh: the session with all its tokens (20-session.md 9.1). */
export function issuedSessionAnswer(request: CdiRequest, session: IssuedSession): Reply {
  return okRendered(
    renderJson({
      status: 'OK',
      session: sessionJson(request, session),
      accessToken: tokenJson(session.accessToken),
      refreshToken: tokenJson(session.refreshToken),
      antiCsrfToken: session.antiCsrfToken ?? undefined,
    }),
  );
}

/** The answer to a handle without a living session. */
export function noSessionAnswer(): Reply {
  return ok(sessionDoesNotExist);
}
