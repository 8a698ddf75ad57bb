import {
  DynamicSigningKeyGenerated,
  type SigningKeyEvent,
  StaticSigningKeyGenerated,
} from '../../../domain/signingkeys/events.js';
import { overlapOf, type RotationPolicy } from '../../../domain/signingkeys/rotation.js';
import { SigningKeys, type SigningKeysState } from '../../../domain/signingkeys/signing-keys.js';
import { folded } from '../given.js';

export const T0 = 1_700_000_000_000;
export const HOUR = 3_600_000;
export const UUID = '1f6f3c1e-0c2a-4d8e-9a55-5a0b7f6c2d11';
export const pair = { publicSpki: 'c3BraQ==', privatePkcs8: 'cGtjczg=' };
export const owner = { app: 'a1', createdAt: T0 };

export const normal: RotationPolicy = {
  interval: 168 * HOUR,
  accessTokenValidity: HOUR,
  overlap: overlapOf(168 * HOUR, false),
};
/** The policy of case 58. */
export const quick: RotationPolicy = { interval: 5000, accessTokenValidity: HOUR, overlap: overlapOf(5000, true) };

export function dynamicKey(createdAt: number, at: number = createdAt): SigningKeyEvent {
  return DynamicSigningKeyGenerated({ app: 'a1', kid: `d-${createdAt}`, createdAt, ...pair, at });
}

export function staticKey(createdAt: number, kid = `s-${UUID}`): SigningKeyEvent {
  return StaticSigningKeyGenerated({ app: 'a1', kid, createdAt, ...pair, at: createdAt });
}

export function state(...events: SigningKeyEvent[]): SigningKeysState {
  return folded(SigningKeys, SigningKeys.initial, events);
}

/** The kids of keys, in their order. */
export const kids = (keys: readonly { readonly kid: string }[]): string[] => keys.map(({ kid }) => kid);
