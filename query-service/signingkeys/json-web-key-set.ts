import { dynamicKeyDue, jwksMaxAge, publishedKeys } from '../../domain/signingkeys/rotation.js';
import { rotationPolicy } from '../../domain/signingkeys/rotation-policy.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { appConfig } from '../../infra/ports/tenancy-registry.js';
import type { JsonWebKeyEntry } from '../../infra/ports/tokens.js';
import { query } from '../query.js';
import { currentSigningKeys } from './known-keys.js';

export interface JsonWebKeySetInput {
  /** Any tenant of the app. */
  readonly target: TenantAddress & { readonly appKey: string };
}

/** The key set of an app. */
export interface JsonWebKeySet {
  /** Dynamic keys, then static ones, each newest first. */
  readonly keys: readonly JsonWebKeyEntry[];
  /** For how many seconds it may be cached. */
  readonly maxAge: number;
  /** A key that belongs in it now has yet to be made. */
  readonly incomplete: boolean;
}

/** The keys that may verify tokens of an app (20-session.md 6.3). */
export const jsonWebKeySet = query<JsonWebKeySetInput, JsonWebKeySet>('JsonWebKeySet', async (deps, { target }) => {
  const policy = rotationPolicy(appConfig(deps.registry, target), deps.testMode);
  const now = deps.now();
  const { state } = await currentSigningKeys(deps, target.appKey);
  return {
    keys: publishedKeys(state, policy, now).map((key) => deps.tokens.jsonWebKey(key.kid, key.publicSpki)),
    maxAge: jwksMaxAge(state, policy, now),
    incomplete: state.staticKeys.length === 0 || dynamicKeyDue(state, policy, now, now) !== undefined,
  };
});
