import { mintedValidity } from '../../domain/session/access-token-validity.js';
import type { AccessTokenVersion } from '../../domain/session/access-token-version.js';
import type { SessionOwner } from '../../domain/session/owner.js';
import type { MintingRefresh } from '../../domain/session/refresh.js';
import type { SessionSettings } from '../../domain/session/settings.js';
import type { OpenedRefreshToken, SessionTokens } from '../../infra/ports/tokens.js';
import type { CommandContext } from '../command.js';
import type { ReadySigningKeys } from '../signingkeys/ensure-signing-keys.js';

/** What the tokens of one refresh depend on, besides its session. */
export interface RefreshMinting {
  readonly presented: OpenedRefreshToken;
  readonly keys: ReadySigningKeys;
  readonly settings: SessionSettings;
  readonly rotates: boolean;
  readonly enableAntiCsrf: boolean;
  readonly accessTokenVersion: AccessTokenVersion;
  readonly accessTokenValidity?: number | undefined;
}

/** The tokens of a refresh; times are ms since the epoch. */
export interface MintedRefresh {
  readonly tokens: SessionTokens;
  readonly antiCsrfToken: string | null;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Mints the tokens that a good refresh is answered with (20-session.md 8.3, 8.4). */
export async function mintRefreshed(
  context: CommandContext,
  { presented, keys, settings, rotates, ...asked }: RefreshMinting,
  found: MintingRefresh<string>,
  owner: SessionOwner,
): Promise<MintedRefresh> {
  const { accessTokenValidity: configured, jitter } = settings;
  const antiCsrfToken = asked.enableAntiCsrf ? context.uuid() : null;
  const issuedAt = found.now;
  const expiresAt = issuedAt + mintedValidity(configured, jitter, context.random(), asked.accessTokenValidity);
  const tokens = await context.minter.mintSession({
    version: asked.accessTokenVersion,
    sessionHandle: found.session.handle,
    tenantId: found.session.tenantId,
    userId: owner.userId,
    recipeUserId: owner.recipeUserId,
    parentRefreshTokenHash1: rotates ? null : presented.hash1,
    refreshTokenParentHash1: presented.hash1,
    antiCsrfToken,
    payload: found.userDataInJWT,
    issuedAt,
    expiresAt,
    signingKey: found.useStaticKey ? keys.staticKey : keys.dynamicKey,
    refreshTokenKey: keys.refreshTokenKey,
  });
  return { tokens, antiCsrfToken, issuedAt, expiresAt };
}
