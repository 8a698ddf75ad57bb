import type { JsonText } from '../../domain/json/raw-json.js';
import type { ReadAccessToken } from '../../infra/ports/tokens.js';
import type { CommandContext } from '../command.js';
import type { ReadySigningKeys } from '../signingkeys/ensure-signing-keys.js';
import { type IssuedToken, issuedAccessToken } from './issued-session.js';

/** What a renewed access token says otherwise than the one presented. Times are ms since the epoch. */
export interface Renewal {
  readonly payload: JsonText;
  readonly parentRefreshTokenHash1: string | null;
  readonly useStaticKey: boolean;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Mints an access token of the same version, ids and refresh token as the one presented (20-session.md 8.2, 8.5). */
export async function renewAccessToken(
  context: CommandContext,
  keys: ReadySigningKeys,
  { kid: _kid, iat: _iat, exp: _exp, ...token }: ReadAccessToken,
  { useStaticKey, ...changes }: Renewal,
): Promise<IssuedToken> {
  const signingKey = useStaticKey ? keys.staticKey : keys.dynamicKey;
  const minted = await context.minter.mintAccess({ ...token, ...changes, signingKey });
  return issuedAccessToken(minted, changes.issuedAt, changes.expiresAt);
}
