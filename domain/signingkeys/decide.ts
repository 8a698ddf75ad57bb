import { accept, type Decision, unchanged } from '../event.js';
import {
  DynamicSigningKeyGenerated,
  DynamicSigningKeyRetired,
  RefreshTokenKeyGenerated,
  type SigningKeyEvent,
  StaticSigningKeyGenerated,
} from './events.js';
import { dynamicKeyDue, dynamicKid, type RotationPolicy, retirableDynamicKeys } from './rotation.js';
import type { SigningKeysState } from './signing-keys.js';

/** A fresh RSA-2048 pair: base64 of SPKI DER and of PKCS#8 DER. */
export interface FreshKeyPair {
  readonly publicSpki: string;
  readonly privatePkcs8: string;
}

/** The app whose keys these are. */
export interface KeyOwner {
  readonly app: string;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** Whether the pair that was offered is a key of the app now. */
export type KeyGeneration = { readonly status: 'GENERATED'; readonly kid: string } | { readonly status: 'NOT_DUE' };

/** Takes the pair as the next dynamic key if {@link dynamicKeyDue} says that one is due. */
export function generateDynamicKey(
  state: SigningKeysState,
  owner: KeyOwner,
  pair: FreshKeyPair,
  policy: RotationPolicy,
  now: number,
): Decision<KeyGeneration, SigningKeyEvent> {
  const createdAt = dynamicKeyDue(state, policy, now, owner.createdAt);
  if (createdAt === undefined) return unchanged({ status: 'NOT_DUE' });
  const kid = dynamicKid(createdAt);
  return accept(
    { status: 'GENERATED', kid },
    DynamicSigningKeyGenerated({ app: owner.app, kid, createdAt, ...pair, at: now }),
  );
}

/**
 * Takes the pair as the app's static key if it has none (20-session.md 6.1).
 *
 * @param uuid a random UUID in lower case
 */
export function generateStaticKey(
  state: SigningKeysState,
  app: string,
  uuid: string,
  pair: FreshKeyPair,
  now: number,
): Decision<KeyGeneration, SigningKeyEvent> {
  if (state.staticKeys.length > 0) return unchanged({ status: 'NOT_DUE' });
  const kid = `s-${uuid}`;
  return accept(
    { status: 'GENERATED', kid },
    StaticSigningKeyGenerated({ app, kid, createdAt: now, ...pair, at: now }),
  );
}

/**
 * Takes the key that the app's refresh tokens are encrypted with, unless there is one: it never changes.
 *
 * @param key its text form (20-session.md 4.2)
 * @returns the key that holds
 */
export function generateRefreshTokenKey(
  state: SigningKeysState,
  app: string,
  key: string,
  now: number,
): Decision<string, SigningKeyEvent> {
  if (state.refreshTokenKey !== undefined) return unchanged(state.refreshTokenKey);
  return accept(key, RefreshTokenKeyGenerated({ app, key, createdAt: now, at: now }));
}

/** Retires the dynamic keys that can verify nothing any more (20-session.md 6.2); answers with their kids. */
export function retireDynamicKeys(
  state: SigningKeysState,
  policy: RotationPolicy,
  now: number,
): Decision<readonly string[], SigningKeyEvent> {
  const kids = retirableDynamicKeys(state, policy, now).map(({ kid }) => kid);
  return accept(kids, ...kids.map((kid) => DynamicSigningKeyRetired({ kid, at: now })));
}
