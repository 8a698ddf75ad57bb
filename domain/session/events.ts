import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';
import { type JsonText, jsonText } from '../json/raw-json.js';

/** What stands in for the payloads of an erased owner. */
const EMPTY = jsonText('{}');

/**
 * An object's JSON text, kept as it was sent: member order, nulls and the digits of numbers (20-session.md 3). It was
 * checked when it came in, so the log's word for it is taken.
 */
const payload = personal(z.string() as unknown as z.ZodType<JsonText>, EMPTY);
const userId = personal(z.string(), '');
const hash2 = z.string().length(64);
const ms = z.int();

export const SessionCreated = defineEvent('SessionCreated', {
  app: z.string(),
  /** The key of the tenant's present incarnation. */
  tenant: z.string(),
  /** The tenant's name as clients know it. */
  tenantId: z.string(),
  handle: z.string(),
  /** Always written as `known`. It is sealed with the ids, so that an erased owner differs from the legal id ''. */
  owner: personal(z.enum(['known', 'erased']), 'erased'),
  /** The id the session is stored and listed under: the login method's external id, else its SuperTokens id. */
  recipeUserId: userId,
  /** The SuperTokens id of the login method: its key seals the personal fields of the whole stream. */
  subjectUserId: userId,
  /** `sub` of the first access token. */
  primaryUserId: userId,
  refreshTokenHash2: hash2,
  userDataInJWT: payload,
  userDataInDatabase: payload,
  useStaticKey: z.boolean(),
  expiresAt: ms,
  at: ms,
});

/** A child token handed out by a refresh of CDI 5.5 or older was used for the first time (20-session.md 8.2, 8.3). */
export const RefreshTokenPromoted = defineEvent('RefreshTokenPromoted', {
  newHash2: hash2,
  prevHash2: hash2,
  expiresAt: ms,
  trigger: z.enum(['verify', 'refresh']),
  at: ms,
});

/** A refresh of CDI 5.6 replaced the current token (20-session.md 8.4, cases 1 and 2). */
export const RefreshTokenRotated = defineEvent('RefreshTokenRotated', {
  newHash2: hash2,
  prevHash2: hash2,
  expiresAt: ms,
  at: ms,
});

/** The token retired last was presented again inside the grace window (20-session.md 8.4, case 3). */
export const RefreshTokenReissuedInGrace = defineEvent('RefreshTokenReissuedInGrace', { newHash2: hash2, at: ms });

export const SessionSigningKeyKindChanged = defineEvent('SessionSigningKeyKindChanged', {
  useStaticKey: z.boolean(),
  at: ms,
});

export const reuseSubtypes = ['RECENT_PREV', 'ORPHANED_BRANCH', 'STALE_LINEAGE'] as const;

export const RefreshTokenReuseDetected = defineEvent('RefreshTokenReuseDetected', {
  /** How the token relates to the session; null at CDI 5.5 and older, which do not tell. */
  subtype: z.enum(reuseSubtypes).nullable(),
  reportedAs: z.enum(['TOKEN_THEFT_DETECTED', 'UNAUTHORISED']),
  at: ms,
});

export const revocationReasons = [
  'handle',
  'user',
  'reuse',
  'expired',
  'account-linked',
  'account-unlinked',
  'user-deleted',
  'user-removed-from-tenant',
  'tenant-deleted',
  'app-deleted',
] as const;

export const SessionRevoked = defineEvent('SessionRevoked', { reason: z.enum(revocationReasons), at: ms });

export const SessionDataReplaced = defineEvent('SessionDataReplaced', { userDataInDatabase: payload, at: ms });

export const AccessTokenPayloadReplaced = defineEvent('AccessTokenPayloadReplaced', { userDataInJWT: payload, at: ms });

export type ReuseSubtype = (typeof reuseSubtypes)[number];
export type RevocationReason = (typeof revocationReasons)[number];

export const sessionEvents = [
  SessionCreated,
  RefreshTokenPromoted,
  RefreshTokenRotated,
  RefreshTokenReissuedInGrace,
  SessionSigningKeyKindChanged,
  RefreshTokenReuseDetected,
  SessionRevoked,
  SessionDataReplaced,
  AccessTokenPayloadReplaced,
] as const;

export type SessionEvent = EventOf<(typeof sessionEvents)[number]>;
