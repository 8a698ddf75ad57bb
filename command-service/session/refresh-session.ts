import { validityRangeError } from '../../domain/session/access-token-validity.js';
import type { AccessTokenVersion } from '../../domain/session/access-token-version.js';
import { type Unauthorised, unauthorised } from '../../domain/session/answers.js';
import { antiCsrfAtRefresh } from '../../domain/session/anti-csrf.js';
import type { ReuseSubtype } from '../../domain/session/events.js';
import { lineageOf } from '../../domain/session/lineage.js';
import { ownerAtRefresh, type SessionOwner } from '../../domain/session/owner.js';
import { classifyPromotingRefresh, decidePromotingRefresh } from '../../domain/session/refresh-promoting.js';
import { classifyRotatingRefresh, decideRotatingRefresh } from '../../domain/session/refresh-rotating.js';
import { decideReuse, type ReuseAnswer } from '../../domain/session/reuse.js';
import { Session, sessionStream } from '../../domain/session/session.js';
import { sessionSettings } from '../../domain/session/settings.js';
import { type BadInput, badInput } from '../../domain/tenancy/result.js';
import { appConfig } from '../../infra/ports/tenancy-registry.js';
import { recordActivity } from '../activity/record-activity.js';
import { command, type Target } from '../command.js';
import { readySigningKeys } from '../signingkeys/ensure-signing-keys.js';
import { type IssuedSession, issuedAccessToken } from './issued-session.js';
import { loadSession } from './load-session.js';
import { mintOnce } from './mint-once.js';
import { type MintedRefresh, mintRefreshed } from './mint-refreshed.js';
import { presentTenant } from './present-tenant.js';
import { resolveSessionIds } from './resolve-session-ids.js';

export interface RefreshSessionInput {
  /** Any tenant of the app. */
  readonly target: Target;
  readonly refreshToken: string;
  readonly enableAntiCsrf: boolean;
  readonly antiCsrfToken?: string | undefined;
  /** Absent: keep the session's kind of key. */
  readonly useDynamicSigningKey?: boolean | undefined;
  /** The presented token is replaced at once (CDI 5.6), not when the new one is used. */
  readonly rotates: boolean;
  readonly accessTokenVersion: AccessTokenVersion;
  /** ms; shortens the life of the access token. */
  readonly accessTokenValidity?: number | undefined;
}

/** The refresh token was replaced before, and the session may have been revoked for that. */
export type ReusedRefreshToken =
  | (Unauthorised & { readonly recentTokenReuseSubtype: ReuseSubtype })
  | {
      readonly status: 'TOKEN_THEFT_DETECTED';
      readonly handle: string;
      readonly userId: string;
      readonly recipeUserId: string;
      readonly recentTokenReuseSubtype?: ReuseSubtype;
    };

export type RefreshSessionResult = IssuedSession | BadInput | Unauthorised | ReusedRefreshToken;

/** Exchanges a refresh token for new tokens (20-session.md 8.3, 8.4). */
export const refreshSession = command<RefreshSessionInput, RefreshSessionResult>(
  'RefreshSession',
  async (context, input) => {
    const { target, rotates } = input;
    const { appKey } = target;
    const settings = sessionSettings(appConfig(context.registry, target));
    const keys = await readySigningKeys(context, target);
    const presented = await context.minter.openRefreshToken(keys.refreshTokenKey, input.refreshToken);
    if (!presented) return unauthorised('The refresh token is not valid');
    const { claims } = presented;
    const refused = antiCsrfAtRefresh(input.enableAntiCsrf, claims.antiCsrfToken, input.antiCsrfToken);
    if (refused) return refused;
    const tenant = presentTenant(context.registry, target, claims.tenantId);
    if (tenant.status !== 'OK') return tenant;
    const { accessTokenValidity: asked } = input;
    const outOfRange = asked === undefined ? undefined : validityRangeError(asked, settings.accessTokenValidity);
    if (outOfRange !== undefined) return badInput(outOfRange);

    const hashes = { hash1: presented.hash1, parentHash1: claims.parentRefreshTokenHash1 };
    const lineage = lineageOf(hashes, context.sha256Hex);
    const minting = { ...input, settings, keys, presented };
    const mint = mintOnce<MintedRefresh>();
    const ref = { handle: claims.sessionHandle, tenantKey: tenant.tenantKey };
    const done = await context.transact(async (tx) => {
      const state = await loadSession(tx, appKey, ref);
      const request = {
        presented: lineage,
        useDynamicSigningKey: input.useDynamicSigningKey,
        accessTokenVersion: input.accessTokenVersion,
        now: context.now(),
      };
      const found = rotates
        ? classifyRotatingRefresh(state, request, settings.grace)
        : classifyPromotingRefresh(state, request);
      if (found.status === 'REFUSED') return { answer: found.result };

      const stored = found.session.recipeUserId;
      const facts = await resolveSessionIds(context, appKey, stored);
      const owner = ownerAtRefresh(stored, facts);
      const id = sessionStream(appKey, ref.handle);
      if (found.status === 'REUSE') {
        const reuse = decideReuse(found, settings.recentReuse);
        tx.append(Session, id, reuse.events);
        return { answer: reuseAnswer(reuse.result, owner) };
      }

      const content = [found.useStaticKey, found.userDataInJWT, owner.userId];
      const minted = await mint(content, () => mintRefreshed(context, minting, found, owner));
      const decision =
        found.case === 'rotate' || found.case === 'grace'
          ? decideRotatingRefresh(found, minted.tokens.refreshHash2, settings.refreshTokenValidity)
          : decidePromotingRefresh(found, settings.refreshTokenValidity);
      tx.append(Session, id, decision.events);
      const answer: IssuedSession = {
        status: 'OK',
        handle: ref.handle,
        userId: owner.userId,
        recipeUserId: stored,
        tenantId: claims.tenantId,
        userDataInJWT: found.userDataInJWT,
        accessToken: issuedAccessToken(minted.tokens.accessToken, minted.issuedAt, minted.expiresAt),
        refreshToken: {
          token: minted.tokens.refreshToken,
          expiry: decision.result.refreshTokenExpiresAt,
          createdTime: found.now,
        },
        antiCsrfToken: minted.antiCsrfToken,
      };
      return { answer, activeUserId: facts.primaryUserId ?? owner.subjectUserId };
    });
    if (done.activeUserId !== undefined) await recordActivity(context, appKey, done.activeUserId);
    return done.answer;
  },
);

function reuseAnswer(reuse: ReuseAnswer, { userId, recipeUserId }: SessionOwner): ReusedRefreshToken {
  if (reuse.status === 'UNAUTHORISED') return reuse;
  const { status, session, recentTokenReuseSubtype: subtype } = reuse;
  const answer = { status, handle: session.handle, userId, recipeUserId };
  return subtype === undefined ? answer : { ...answer, recentTokenReuseSubtype: subtype };
}
