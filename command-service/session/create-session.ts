import type { JsonText } from '../../domain/json/raw-json.js';
import { mintedValidity, validityRangeError } from '../../domain/session/access-token-validity.js';
import { type AccessTokenVersion, payloadHasProtectedKey } from '../../domain/session/access-token-version.js';
import { protectedField } from '../../domain/session/answers.js';
import { createSession as decideCreation } from '../../domain/session/create-session.js';
import { makeHandle } from '../../domain/session/handle.js';
import { ownerAtCreation } from '../../domain/session/owner.js';
import { Session, sessionStream } from '../../domain/session/session.js';
import { sessionSettings } from '../../domain/session/settings.js';
import { type BadInput, badInput } from '../../domain/tenancy/result.js';
import { appConfig } from '../../infra/ports/tenancy-registry.js';
import { command, type Target } from '../command.js';
import { readySigningKeys } from '../signingkeys/ensure-signing-keys.js';
import { type IssuedSession, issuedAccessToken } from './issued-session.js';
import { resolveSessionIds } from './resolve-session-ids.js';

export interface CreateSessionInput {
  readonly target: Target;
  /** Any text. */
  readonly userId: string;
  readonly enableAntiCsrf: boolean;
  /** An object text. */
  readonly userDataInJWT: JsonText;
  /** An object text. */
  readonly userDataInDatabase: JsonText;
  readonly useStaticKey: boolean;
  readonly accessTokenVersion: AccessTokenVersion;
  /** ms; shortens the life of the access token. */
  readonly accessTokenValidity?: number | undefined;
}

/** Creates a session for any user id, known or not (20-session.md 8.1). */
export const createSession = command<CreateSessionInput, IssuedSession | BadInput>(
  'CreateSession',
  async (context, input) => {
    const { target, userDataInJWT, userDataInDatabase, useStaticKey, accessTokenVersion } = input;
    const { appKey, tenantKey, tenantId } = target;
    const settings = sessionSettings(appConfig(context.registry, target));
    const { accessTokenValidity: asked } = input;
    const outOfRange = asked === undefined ? undefined : validityRangeError(asked, settings.accessTokenValidity);
    if (outOfRange !== undefined) return badInput(outOfRange);
    if (payloadHasProtectedKey(userDataInJWT, accessTokenVersion)) return badInput(protectedField.message);

    const keys = await readySigningKeys(context, target);
    const owner = ownerAtCreation(input.userId, await resolveSessionIds(context, appKey, input.userId));
    const handle = makeHandle(context.uuid(), tenantId);
    const antiCsrfToken = input.enableAntiCsrf ? context.uuid() : null;
    const now = context.now();
    const expiresAt = now + mintedValidity(settings.accessTokenValidity, settings.jitter, context.random(), asked);
    const tokens = await context.minter.mintSession({
      version: accessTokenVersion,
      sessionHandle: handle,
      tenantId,
      userId: owner.userId,
      recipeUserId: owner.recipeUserId,
      parentRefreshTokenHash1: null,
      refreshTokenParentHash1: null,
      antiCsrfToken,
      payload: userDataInJWT,
      issuedAt: now,
      expiresAt,
      signingKey: useStaticKey ? keys.staticKey : keys.dynamicKey,
      refreshTokenKey: keys.refreshTokenKey,
    });
    const created = await context.transact(async (tx) => {
      const id = sessionStream(appKey, handle);
      const session = {
        app: appKey,
        tenant: tenantKey,
        tenantId,
        handle,
        owner,
        refreshTokenHash2: tokens.refreshHash2,
        userDataInJWT,
        userDataInDatabase,
        useStaticKey,
        accessTokenVersion,
      };
      const decision = decideCreation(await tx.create(Session, id), session, now, settings.refreshTokenValidity);
      tx.append(Session, id, decision.events);
      return decision.result;
    });
    if (created.status !== 'OK') return badInput(created.message);
    return {
      status: 'OK',
      handle,
      userId: owner.userId,
      recipeUserId: owner.recipeUserId,
      tenantId,
      userDataInJWT,
      accessToken: issuedAccessToken(tokens.accessToken, now, expiresAt),
      refreshToken: { token: tokens.refreshToken, expiry: created.expiresAt, createdTime: now },
      antiCsrfToken,
    };
  },
);
