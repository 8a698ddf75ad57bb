import type { JsonText } from '../../domain/json/raw-json.js';
import type { AccessTokenVersion } from '../../domain/session/access-token-version.js';
import type { ProtectedField, Unauthorised } from '../../domain/session/answers.js';
import { replaceAccessTokenPayload as decide } from '../../domain/session/replace-access-token-payload.js';
import { Session, sessionStream } from '../../domain/session/session.js';
import type { SessionRef } from '../../infra/ports/session-index.js';
import { command } from '../command.js';
import { loadSession } from './load-session.js';

export interface ReplaceAccessTokenPayloadInput {
  readonly appKey: string;
  readonly session: SessionRef;
  /** An object text. */
  readonly userDataInJWT: JsonText;
  /** The version that the caller's CDI mints. */
  readonly accessTokenVersion: AccessTokenVersion;
}

/** Replaces the custom claims of a session's next access token, as a whole (20-session.md 9.11). */
export const replaceAccessTokenPayload = command<
  ReplaceAccessTokenPayloadInput,
  { readonly status: 'OK' } | Unauthorised | ProtectedField
>('ReplaceAccessTokenPayload', (context, { appKey, session, userDataInJWT, accessTokenVersion }) =>
  context.transact(async (tx) => {
    const state = await loadSession(tx, appKey, session);
    const decision = decide(state, userDataInJWT, accessTokenVersion, context.now());
    if (decision.events.length > 0) tx.append(Session, sessionStream(appKey, session.handle), decision.events);
    return decision.result;
  }),
);
