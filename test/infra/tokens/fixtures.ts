import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { jsonText } from '../../../domain/json/raw-json.js';
import type { AccessTokenJob, KeyPair, PublicKeyOf } from '../../../infra/ports/tokens.js';

function makePair(): KeyPair & { readonly publicKey: KeyObject } {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: pair.publicKey,
    publicSpki: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    privatePkcs8: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
}

export const KID = 'd-1700000000000';
export const pair = makePair();
export const otherPair = makePair();

export const publicKeyOf: PublicKeyOf = (kid) =>
  kid === KID
    ? createPublicKey({ key: Buffer.from(pair.publicSpki, 'base64'), format: 'der', type: 'spki' })
    : undefined;

/** 2023-11-14T22:13:20.900Z: not a whole second. */
export const NOW = 1_700_000_000_900;

/** A V5 job of user `u1` in tenant `t1`, with what a test changes. */
export function accessJob(changes: Partial<AccessTokenJob> = {}): AccessTokenJob {
  return {
    version: 5,
    signingKey: { kid: KID, pkcs8: pair.privatePkcs8 },
    sessionHandle: '5d0c1f2e-8a4b-4c3d-9e6f-7a8b9c0d1e2f_t1',
    tenantId: 't1',
    userId: 'primary',
    recipeUserId: 'u1',
    refreshTokenHash1: 'ab'.repeat(32),
    parentRefreshTokenHash1: null,
    antiCsrfToken: null,
    payload: jsonText('{"role":"x","n":null}'),
    issuedAt: NOW,
    expiresAt: NOW + 3_600_000,
    ...changes,
  };
}

/** One dot part of a JWT as JSON.parse sees it. */
export function jwtPart(token: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
