import type { JsonText } from '../../domain/json/raw-json.js';
import type { Unauthorised } from '../../domain/session/answers.js';
import { antiCsrfAtVerify, type TryRefreshToken } from '../../domain/session/anti-csrf.js';
import { lineageOf } from '../../domain/session/lineage.js';
import { sessionSettings } from '../../domain/session/settings.js';
import type { VerifiedAccessToken } from '../../domain/session/verify.js';
import { needsSession, verifyPromoting } from '../../domain/session/verify-promoting.js';
import { verifyReading } from '../../domain/session/verify-reading.js';
import { tenantNotFound } from '../../domain/tenancy/ids.js';
import type { BadInput } from '../../domain/tenancy/result.js';
import { appConfig } from '../../infra/ports/tenancy-registry.js';
import type { ReadAccessToken } from '../../infra/ports/tokens.js';
import { type QueryDeps, query } from '../query.js';
import { type AppTarget, checkAccessToken } from '../signingkeys/check-access-token.js';
import { findSession } from './find-session.js';

export interface VerifySessionInput {
  /** Any tenant of the app. */
  readonly target: AppTarget;
  readonly accessToken: string;
  readonly antiCsrfToken?: string | undefined;
  readonly doAntiCsrfCheck: boolean;
  readonly enableAntiCsrf: boolean;
  readonly checkDatabase: boolean;
  /** Using the token of a child refresh token promotes that child (CDI 5.5 and older). */
  readonly promotes: boolean;
}

/** A session as its access token tells it. */
export interface VerifiedSession {
  readonly status: 'OK';
  readonly handle: string;
  readonly userId: string;
  readonly recipeUserId: string;
  readonly tenantId: string;
  /** An object text. */
  readonly userDataInJWT: JsonText;
  readonly payloadUpdateAvailable?: boolean;
}

/** The token holds, and something is to be written or minted for it: that is the write side's to decide. */
export interface RenewalNeeded {
  readonly status: 'RENEWAL_NEEDED';
  readonly token: ReadAccessToken;
}

export type VerifySessionResult = VerifiedSession | RenewalNeeded | TryRefreshToken | Unauthorised | BadInput;

/** Verifies an access token, with its session if that is asked for (20-session.md 8.2). */
export const verifySession = query<VerifySessionInput, VerifySessionResult>('VerifySession', async (deps, input) => {
  const { target } = input;
  const options = { ...input, now: deps.now() };
  const reading = await checkAccessToken(deps, target, (spkiOf) =>
    deps.tokens.verify(input.accessToken, spkiOf, options),
  );
  if (reading.status !== 'OK') return { status: reading.status, message: reading.message };
  const { token } = reading;
  const address = { cud: target.cud, appId: target.appId, tenantId: token.tenantId };
  const tenant = deps.registry.tenant(address);
  if (!tenant) return tenantNotFound(address);
  const refused = antiCsrfAtVerify(input, token.antiCsrfToken, input.antiCsrfToken);
  if (refused) return refused;
  return input.promotes
    ? verifyAtPromotion(deps, input, token, tenant.tenantKey)
    : verifyAsItIs(deps, input, token, tenant.tenantKey);
});

async function verifyAtPromotion(
  deps: QueryDeps,
  { target, checkDatabase }: VerifySessionInput,
  token: ReadAccessToken,
  tenantKey: string,
): Promise<VerifySessionResult> {
  const verified = withLineage(deps, token);
  if (!needsSession(verified, checkDatabase)) return sessionOfToken(token);
  const session = await findSession(deps, target.appKey, { handle: token.sessionHandle, tenantKey });
  const { refreshTokenValidity } = sessionSettings(appConfig(deps.registry, target));
  const { result } = verifyPromoting(session, verified, checkDatabase, deps.now(), refreshTokenValidity);
  if (result.status === 'UNAUTHORISED') return result;
  if (result.status === 'OK' && !result.mint) return sessionOfToken(token);
  return { status: 'RENEWAL_NEEDED', token };
}

async function verifyAsItIs(
  deps: QueryDeps,
  { target, checkDatabase }: VerifySessionInput,
  token: ReadAccessToken,
  tenantKey: string,
): Promise<VerifySessionResult> {
  if (!checkDatabase) return sessionOfToken(token);
  const session = await findSession(deps, target.appKey, { handle: token.sessionHandle, tenantKey });
  const checked = verifyReading(session, withLineage(deps, token), deps.now());
  if (checked.status !== 'OK') return checked;
  return { ...sessionOfToken(token), payloadUpdateAvailable: checked.payloadUpdateAvailable };
}

function withLineage({ sha256Hex }: QueryDeps, token: ReadAccessToken): VerifiedAccessToken {
  const hashes = { hash1: token.refreshTokenHash1, parentHash1: token.parentRefreshTokenHash1 };
  return { version: token.version, lineage: lineageOf(hashes, sha256Hex), userDataInJWT: token.payload };
}

function sessionOfToken(token: ReadAccessToken): VerifiedSession {
  return {
    status: 'OK',
    handle: token.sessionHandle,
    userId: token.userId,
    recipeUserId: token.recipeUserId,
    tenantId: token.tenantId,
    userDataInJWT: token.payload,
  };
}
