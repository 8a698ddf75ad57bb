import type { AccessTokenReading } from '../../infra/ports/tokens.js';
import { query } from '../query.js';
import { type AppTarget, checkAccessToken } from '../signingkeys/check-access-token.js';

export interface ReadAccessTokenInput {
  /** Any tenant of the app. */
  readonly target: AppTarget;
  readonly accessToken: string;
}

/** What an access token says, whatever its expiry, if a key of the app signed it (20-session.md 8.5; 16, W1). */
export const readAccessToken = query<ReadAccessTokenInput, AccessTokenReading>(
  'ReadAccessToken',
  (deps, { target, accessToken }) => checkAccessToken(deps, target, (spkiOf) => deps.tokens.read(accessToken, spkiOf)),
);
