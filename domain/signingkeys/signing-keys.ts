import type { Aggregate, StreamId } from '../event.js';
import { appSubject } from '../tenancy/keys.js';
import { type SigningKeyEvent, signingKeyEvents } from './events.js';

/** An RSA pair that signs, with its `kid`. */
export interface SigningKey {
  readonly kid: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  /** Base64 of the SPKI DER. */
  readonly publicSpki: string;
  /** Base64 of the PKCS#8 DER; empty once the app's data was erased. */
  readonly privatePkcs8: string;
}

/** The keys of one app (20-session.md 6.1). */
export interface SigningKeysState {
  readonly app: string | undefined;
  /** Those not retired, newest first. */
  readonly dynamicKeys: readonly SigningKey[];
  /** Newest first. They never retire. */
  readonly staticKeys: readonly SigningKey[];
  /** Creation time of the newest dynamic key there ever was; later ones are newer, whatever the clock says. */
  readonly lastDynamicCreatedAt: number | undefined;
  /** Text form of the key of refresh tokens. */
  readonly refreshTokenKey: string | undefined;
}

/** The stream of one app's keys. */
export function signingKeysStream(app: string): StreamId {
  return { category: 'signingkeys', path: [app] };
}

export const SigningKeys: Aggregate<SigningKeysState, SigningKeyEvent> = {
  category: 'signingkeys',
  events: signingKeyEvents,
  initial: {
    app: undefined,
    dynamicKeys: [],
    staticKeys: [],
    lastDynamicCreatedAt: undefined,
    refreshTokenKey: undefined,
  },
  evolve(state, event) {
    switch (event.type) {
      case 'DynamicSigningKeyGenerated': {
        const { app, createdAt } = event.data;
        const lastDynamicCreatedAt = Math.max(createdAt, state.lastDynamicCreatedAt ?? createdAt);
        return { ...state, app, dynamicKeys: withKey(state.dynamicKeys, event.data), lastDynamicCreatedAt };
      }
      case 'StaticSigningKeyGenerated':
        return { ...state, app: event.data.app, staticKeys: withKey(state.staticKeys, event.data) };
      case 'RefreshTokenKeyGenerated':
        return { ...state, app: event.data.app, refreshTokenKey: event.data.key };
      case 'DynamicSigningKeyRetired':
        return { ...state, dynamicKeys: state.dynamicKeys.filter(({ kid }) => kid !== event.data.kid) };
    }
  },
  subject: (state) => (state.app === undefined ? undefined : appSubject(state.app)),
};

function withKey(keys: readonly SigningKey[], { kid, createdAt, publicSpki, privatePkcs8 }: SigningKey): SigningKey[] {
  return [{ kid, createdAt, publicSpki, privatePkcs8 }, ...keys].sort((a, b) => b.createdAt - a.createdAt);
}
