import type { JsonText } from '../../domain/json/raw-json.js';
import type { Unauthorised } from '../../domain/session/answers.js';
import { lineageOf } from '../../domain/session/lineage.js';
import { Session, sessionStream } from '../../domain/session/session.js';
import { sessionSettings } from '../../domain/session/settings.js';
import { verifyPromoting } from '../../domain/session/verify-promoting.js';
import { type BadInput, badInput } from '../../domain/tenancy/result.js';
import { appConfig } from '../../infra/ports/tenancy-registry.js';
import type { ReadAccessToken } from '../../infra/ports/tokens.js';
import { command, type Target } from '../command.js';
import { readySigningKeys } from '../signingkeys/ensure-signing-keys.js';
import { renewAccessToken } from './access-token-renewal.js';
import type { IssuedToken } from './issued-session.js';
import { loadSession } from './load-session.js';
import { mintOnce } from './mint-once.js';
import { presentTenant } from './present-tenant.js';

export interface PromoteRefreshTokenInput {
  /** Any tenant of the app. */
  readonly target: Target;
  /** A token that the read side has verified. */
  readonly token: ReadAccessToken;
  readonly checkDatabase: boolean;
}

export type PromoteRefreshTokenResult =
  | {
      readonly status: 'OK';
      /** Absent: the token presented is as good as a new one. */
      readonly renewed?: { readonly accessToken: IssuedToken; readonly userDataInJWT: JsonText };
    }
  | Unauthorised
  | BadInput;

/**
 * The writing half of verify at CDI 5.5 and older: the refresh token that an access token belongs to is promoted by its
 * first use, and an access token whose payload is out of date is renewed (20-session.md 8.2).
 */
export const promoteRefreshToken = command<PromoteRefreshTokenInput, PromoteRefreshTokenResult>(
  'PromoteRefreshToken',
  async (context, { target, token, checkDatabase }) => {
    const tenant = presentTenant(context.registry, target, token.tenantId);
    if (tenant.status !== 'OK') return tenant;
    const settings = sessionSettings(appConfig(context.registry, target));
    const keys = await readySigningKeys(context, target);
    const hashes = { hash1: token.refreshTokenHash1, parentHash1: token.parentRefreshTokenHash1 };
    const lineage = lineageOf(hashes, context.sha256Hex);
    const verified = { version: token.version, lineage, userDataInJWT: token.payload };
    const mint = mintOnce<IssuedToken>();
    return context.transact(async (tx): Promise<PromoteRefreshTokenResult> => {
      const ref = { handle: token.sessionHandle, tenantKey: tenant.tenantKey };
      const state = await loadSession(tx, target.appKey, ref);
      const now = context.now();
      const decision = verifyPromoting(state, verified, checkDatabase, now, settings.refreshTokenValidity);
      const { result } = decision;
      if (result.status === 'PROTECTED_FIELD') return badInput(result.message);
      if (result.status !== 'OK') return result;
      if (!result.mint) return { status: 'OK' };
      const { useStaticKey, userDataInJWT } = result;
      const accessToken = await mint([useStaticKey, userDataInJWT], () =>
        renewAccessToken(context, keys, token, {
          payload: userDataInJWT,
          parentRefreshTokenHash1: null,
          useStaticKey,
          issuedAt: now,
          expiresAt: now + settings.accessTokenValidity,
        }),
      );
      tx.append(Session, sessionStream(target.appKey, ref.handle), decision.events);
      return { status: 'OK', renewed: { accessToken, userDataInJWT } };
    });
  },
);
