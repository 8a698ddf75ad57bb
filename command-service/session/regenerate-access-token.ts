import type { JsonText } from '../../domain/json/raw-json.js';
import type { Unauthorised } from '../../domain/session/answers.js';
import { regenerate } from '../../domain/session/regenerate.js';
import { Session, sessionStream } from '../../domain/session/session.js';
import { type BadInput, badInput } from '../../domain/tenancy/result.js';
import type { ReadAccessToken } from '../../infra/ports/tokens.js';
import { command, type Target } from '../command.js';
import { readySigningKeys } from '../signingkeys/ensure-signing-keys.js';
import { renewAccessToken } from './access-token-renewal.js';
import type { IssuedToken } from './issued-session.js';
import { loadSession } from './load-session.js';
import { mintOnce } from './mint-once.js';
import { presentTenant } from './present-tenant.js';

export interface RegenerateAccessTokenInput {
  /** Any tenant of the app. */
  readonly target: Target;
  /** A token whose signature the read side has verified; it may have expired. */
  readonly token: ReadAccessToken;
  /** An object text; absent: keep the stored payload. */
  readonly userDataInJWT?: JsonText;
}

export type RegenerateAccessTokenResult =
  | { readonly status: 'OK'; readonly userDataInJWT: JsonText; readonly accessToken?: IssuedToken }
  | Unauthorised
  | BadInput;

/** Stores a new payload, and puts it into an access token that expires when the presented one does (20-session.md 8.5). */
export const regenerateAccessToken = command<RegenerateAccessTokenInput, RegenerateAccessTokenResult>(
  'RegenerateAccessToken',
  async (context, { target, token, userDataInJWT: given }) => {
    const tenant = presentTenant(context.registry, target, token.tenantId);
    if (tenant.status !== 'OK') return tenant;
    const keys = await readySigningKeys(context, target);
    const { version } = token;
    const expiresAt = token.exp * 1000;
    const mint = mintOnce<IssuedToken>();
    return context.transact(async (tx): Promise<RegenerateAccessTokenResult> => {
      const ref = { handle: token.sessionHandle, tenantKey: tenant.tenantKey };
      const state = await loadSession(tx, target.appKey, ref);
      const now = context.now();
      const decision = regenerate(state, { version, expiresAt }, given, now);
      const { result } = decision;
      if (result.status === 'PROTECTED_FIELD') return badInput(result.message);
      if (result.status !== 'OK') return result;
      const { userDataInJWT, useStaticKey } = result;
      const accessToken = result.mint
        ? await mint([useStaticKey, userDataInJWT], () =>
            renewAccessToken(context, keys, token, {
              payload: userDataInJWT,
              parentRefreshTokenHash1: token.parentRefreshTokenHash1,
              useStaticKey,
              issuedAt: now,
              expiresAt,
            }),
          )
        : undefined;
      tx.append(Session, sessionStream(target.appKey, ref.handle), decision.events);
      return { status: 'OK', userDataInJWT, ...(accessToken && { accessToken }) };
    });
  },
);
