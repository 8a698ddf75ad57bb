import { publishedKeys } from '../../domain/signingkeys/rotation.js';
import { rotationPolicy } from '../../domain/signingkeys/rotation-policy.js';
import {
  type SigningKey,
  SigningKeys,
  type SigningKeysState,
  signingKeysStream,
} from '../../domain/signingkeys/signing-keys.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { type Folded, foldStream } from '../../infra/ports/event-store.js';
import { appConfig } from '../../infra/ports/tenancy-registry.js';
import type { SpkiOf } from '../../infra/ports/tokens.js';
import type { QueryDeps } from '../query.js';

/** The keys of an app as they were read last, with the revision of their stream. */
export type KnownSigningKeys = Folded<SigningKeysState>;

/** The keys of an app as they are now: read again only if their stream has grown. */
export async function currentSigningKeys(deps: QueryDeps, appKey: string): Promise<KnownSigningKeys> {
  const name = deps.store.streamName(signingKeysStream(appKey));
  const known = deps.signingKeys.get(appKey);
  if (known && (await deps.store.streamState(name)) === known.revision) return known;
  const folded = await foldStream(deps.store, SigningKeys, name);
  const current = { ...folded, state: withoutSecrets(folded.state) };
  if (current.revision !== 'no-stream') deps.signingKeys.set(appKey, current);
  return current;
}

/** Reading needs the public halves alone: the rest is not kept. */
function withoutSecrets(state: SigningKeysState): SigningKeysState {
  const publicHalf = (key: SigningKey): SigningKey => ({ ...key, privatePkcs8: '' });
  return {
    ...state,
    dynamicKeys: state.dynamicKeys.map(publicHalf),
    staticKeys: state.staticKeys.map(publicHalf),
    refreshTokenKey: undefined,
  };
}

/** Finds the public keys of an app that may verify something now (20-session.md 6.2). */
export function verifyingKeys(deps: QueryDeps, app: TenantAddress, { state }: KnownSigningKeys): SpkiOf {
  const policy = rotationPolicy(appConfig(deps.registry, app), deps.testMode);
  const now = deps.now();
  return (kid) => publishedKeys(state, policy, now).find((key) => key.kid === kid)?.publicSpki;
}
