import type { KeyObject } from 'node:crypto';
import type { JsonText } from '../../domain/json/raw-json.js';
import type { AccessTokenVersion } from '../../domain/session/access-token-version.js';

/** A key that signs: its `kid` and the base64 of its PKCS#8 DER. */
export interface SigningKey {
  readonly kid: string;
  readonly pkcs8: string;
}

/** An RSA pair as base64 of SPKI DER and of PKCS#8 DER. */
export interface KeyPair {
  readonly publicSpki: string;
  readonly privatePkcs8: string;
}

/** What an access token says about its session; `payload` holds the custom claims. */
export interface AccessTokenContent {
  readonly version: AccessTokenVersion;
  readonly sessionHandle: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly recipeUserId: string;
  readonly refreshTokenHash1: string;
  readonly parentRefreshTokenHash1: string | null;
  readonly antiCsrfToken: string | null;
  /** An object text. */
  readonly payload: JsonText;
  /** ms since the epoch; written down in whole seconds, rounded towards the past. */
  readonly issuedAt: number;
  /** As `issuedAt`. */
  readonly expiresAt: number;
}

/** An access token to be minted for a refresh token that exists already. */
export interface AccessTokenJob extends AccessTokenContent {
  readonly signingKey: SigningKey;
}

/** A refresh token and the access token that goes with it. */
export interface SessionTokensJob extends Omit<AccessTokenJob, 'refreshTokenHash1'> {
  /** Text form of the app's refresh token key (20-session.md 4.2). */
  readonly refreshTokenKey: string;
  /** `hash1` of the parent for the lineage inside the refresh token; null at session creation. */
  readonly refreshTokenParentHash1: string | null;
}

export interface SessionTokens {
  readonly refreshToken: string;
  readonly refreshHash1: string;
  readonly refreshHash2: string;
  readonly accessToken: string;
}

/** A JWT of the JWT recipe (20-session.md 10.1). */
export interface JwtJob {
  readonly signingKey: SigningKey;
  readonly issuer: string;
  /** ms since the epoch. */
  readonly issuedAt: number;
  /** Whole seconds, without an upper bound. */
  readonly validity: number | bigint;
  /** An object text; its members override `iat`, `exp` and `iss`. */
  readonly payload: JsonText;
}

/** What a refresh token says. */
export interface RefreshTokenClaims {
  readonly sessionHandle: string;
  /** The stored (recipe) user id. */
  readonly userId: string;
  readonly tenantId: string;
  readonly parentRefreshTokenHash1: string | null;
  readonly antiCsrfToken: string | null;
}

export interface OpenedRefreshToken {
  readonly claims: RefreshTokenClaims;
  readonly hash1: string;
  readonly hash2: string;
}

/** Thrown when the queue of the minter is full: nothing was done, try again later. */
export class TokenMinterOverloadedError extends Error {
  override readonly name = 'TokenMinterOverloadedError';
}

/** Thrown for a job given to a minter that was closed. */
export class TokenMinterClosedError extends Error {
  override readonly name = 'TokenMinterClosedError';
}

/** Thrown when a job cannot be done: an unusable key, a protected claim in a payload, a worker that died twice over it. */
export class TokenMintingError extends Error {
  override readonly name = 'TokenMintingError';
}

export interface TokenMinterStats {
  readonly workers: number;
  readonly queued: number;
  readonly running: number;
  readonly completed: number;
  /** Workers that died and were replaced. */
  readonly replaced: number;
}

/**
 * Makes and opens tokens off the event loop. Every promise may be rejected with TokenMinterOverloadedError,
 * TokenMinterClosedError or TokenMintingError. Check a payload for protected keys first: here they are a fault.
 */
export interface TokenMinter {
  mintSession(job: SessionTokensJob): Promise<SessionTokens>;
  mintAccess(job: AccessTokenJob): Promise<string>;
  signJwt(job: JwtJob): Promise<string>;
  /** Undefined when the token is not one of this key's, by any of the rules of 20-session.md 4.1. */
  openRefreshToken(refreshTokenKey: string, token: string): Promise<OpenedRefreshToken | undefined>;
  stats(): TokenMinterStats;
  /** Takes no more jobs, finishes those it has, and stops. */
  close(): Promise<void>;
}

/** Hands out RSA-2048 pairs that were made ahead of need. */
export interface KeyPairSupply {
  /** A pair that nobody else gets; made on the spot when none is in stock. */
  take(): Promise<KeyPair>;
  /** Makes no more pairs. */
  close(): void;
}

/** Finds the key that may verify a token by its `kid`, among those of one app. */
export type PublicKeyOf = (kid: string) => KeyObject | undefined;

/** An access token whose signature holds. Times are in seconds, as the claims have them. */
export interface ReadAccessToken extends Omit<AccessTokenContent, 'issuedAt' | 'expiresAt'> {
  readonly kid: string;
  readonly iat: number;
  readonly exp: number;
}

/**
 * Why an access token does not hold. `unknownKid` is there when the key was not found: look for the key in storage once,
 * then try again.
 */
export interface AccessTokenRejection {
  readonly status: 'TRY_REFRESH_TOKEN';
  readonly message: string;
  readonly unknownKid?: string;
}

export type AccessTokenReading = { readonly status: 'OK'; readonly token: ReadAccessToken } | AccessTokenRejection;

export interface VerifyOptions {
  /** ms since the epoch. */
  readonly now: number;
  readonly enableAntiCsrf: boolean;
  readonly doAntiCsrfCheck: boolean;
}

/** One entry of a JSON Web Key Set (RFC 7517, 20-session.md 6.3). */
export interface JsonWebKeyEntry {
  readonly kty: 'RSA';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

/** The public key (base64 SPKI DER) that may verify a token, by its `kid`, among those of one app. */
export type SpkiOf = (kid: string) => string | undefined;

/** Checks access tokens at once, without I/O. Never throws for any token. */
export interface TokenVerifier {
  /** Checks a token in the order of 20-session.md 5.5, steps 1 to 6. */
  verify(token: string, spkiOf: SpkiOf, options: VerifyOptions): AccessTokenReading;
  /** Reads a token whatever its expiry; its signature must hold. Steps 1 to 4. */
  read(token: string, spkiOf: SpkiOf): AccessTokenReading;
  /** The entry of a public key (base64 SPKI DER) in a key set. */
  jsonWebKey(kid: string, spki: string): JsonWebKeyEntry;
}
