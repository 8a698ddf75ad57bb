import { type JsonText, objectMembers, objectText } from '../../domain/json/raw-json.js';
import { hasProtectedKey } from '../../domain/session/access-token-version.js';
import { type AccessTokenContent, type JwtJob, TokenMintingError } from '../ports/tokens.js';

/** A count of seconds in plain decimal, never with an exponent. */
function decimal(seconds: number | bigint): JsonText {
  return BigInt(seconds).toString() as JsonText;
}

function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

function text(value: string | null): JsonText {
  return JSON.stringify(value) as JsonText;
}

/**
 * The claims of an access token as text; the custom ones follow ours, with their values verbatim (20-session.md 5.2).
 *
 * @throws TokenMintingError when the payload sets a protected claim: it was to be checked before
 */
export function accessTokenClaims(content: AccessTokenContent): JsonText {
  const { version, payload } = content;
  const custom = objectMembers(payload);
  if (
    hasProtectedKey(
      custom.map(([name]) => name),
      version,
    )
  )
    throw new TokenMintingError('the payload sets a protected claim');
  const claims: Array<readonly [string, JsonText]> = [
    ['iat', decimal(wholeSeconds(content.issuedAt))],
    ['exp', decimal(wholeSeconds(content.expiresAt))],
    ['sub', text(content.userId)],
  ];
  if (version >= 4) claims.push(['tId', text(content.tenantId)]);
  if (version >= 5) claims.push(['rsub', text(content.recipeUserId)]);
  claims.push(
    ['sessionHandle', text(content.sessionHandle)],
    ['refreshTokenHash1', text(content.refreshTokenHash1)],
    ['parentRefreshTokenHash1', text(content.parentRefreshTokenHash1)],
    ['antiCsrfToken', text(content.antiCsrfToken)],
    ...custom,
  );
  return objectText(claims);
}

/** The claims of a JWT of the JWT recipe: `iss`, `iat` and `exp`, overridden by the payload (20-session.md 10.1). */
export function jwtClaims({ issuer, issuedAt, validity, payload }: Omit<JwtJob, 'signingKey'>): JsonText {
  const iat = BigInt(wholeSeconds(issuedAt));
  const claims = new Map<string, JsonText>([
    ['iss', text(issuer)],
    ['iat', decimal(iat)],
    ['exp', decimal(iat + BigInt(validity))],
  ]);
  for (const [name, value] of objectMembers(payload)) claims.set(name, value);
  return objectText(claims);
}
