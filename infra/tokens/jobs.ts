import type { KeyObject } from 'node:crypto';
import type { AccessTokenJob, JwtJob, OpenedRefreshToken, SessionTokens, SessionTokensJob } from '../ports/tokens.js';
import { accessTokenClaims, jwtClaims } from './claims.js';
import { signCompact } from './jws.js';
import { mintRefreshToken, openRefreshToken, refreshTokenHashes } from './refresh-token.js';

/** The kinds of work that token workers do: what each takes and what it answers. */
export interface TokenJobKinds {
  readonly session: readonly [job: SessionTokensJob, result: SessionTokens];
  readonly access: readonly [job: AccessTokenJob, result: string];
  readonly jwt: readonly [job: JwtJob, result: string];
  readonly open: readonly [
    job: { readonly refreshTokenKey: string; readonly token: string },
    result: OpenedRefreshToken | undefined,
  ];
}

export type TokenJob = {
  readonly [K in keyof TokenJobKinds]: { readonly kind: K; readonly job: TokenJobKinds[K][0] };
}[keyof TokenJobKinds];

export type TokenResult = TokenJobKinds[keyof TokenJobKinds][1];

/**
 * Does one job, synchronously.
 *
 * @param privateKey turns base64 PKCS#8 into a key
 * @throws TokenMintingError when the payload sets a protected claim; what node:crypto throws for an unusable key
 */
export function runTokenJob(job: TokenJob, privateKey: (pkcs8: string) => KeyObject): TokenResult {
  switch (job.kind) {
    case 'session':
      return mintSession(job.job, privateKey);
    case 'access':
      return mintAccess(job.job, privateKey);
    case 'jwt': {
      const { signingKey } = job.job;
      return signCompact(signingKey.kid, undefined, jwtClaims(job.job), privateKey(signingKey.pkcs8));
    }
    case 'open':
      return openRefreshToken(job.job.refreshTokenKey, job.job.token);
  }
}

function mintAccess(job: AccessTokenJob, privateKey: (pkcs8: string) => KeyObject): string {
  const { signingKey, version } = job;
  return signCompact(signingKey.kid, version, accessTokenClaims(job), privateKey(signingKey.pkcs8));
}

function mintSession(job: SessionTokensJob, privateKey: (pkcs8: string) => KeyObject): SessionTokens {
  const refreshToken = mintRefreshToken(job.refreshTokenKey, {
    sessionHandle: job.sessionHandle,
    userId: job.recipeUserId,
    tenantId: job.tenantId,
    parentRefreshTokenHash1: job.refreshTokenParentHash1,
    antiCsrfToken: job.antiCsrfToken,
  });
  const { hash1, hash2 } = refreshTokenHashes(refreshToken);
  const accessToken = mintAccess({ ...job, refreshTokenHash1: hash1 }, privateKey);
  return { refreshToken, refreshHash1: hash1, refreshHash2: hash2, accessToken };
}
