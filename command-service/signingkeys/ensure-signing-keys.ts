import {
  type FreshKeyPair,
  generateDynamicKey,
  generateRefreshTokenKey,
  generateStaticKey,
} from '../../domain/signingkeys/decide.js';
import type { SigningKeyEvent } from '../../domain/signingkeys/events.js';
import {
  dynamicKeyDue,
  dynamicSigningKey,
  type RotationPolicy,
  staticSigningKey,
} from '../../domain/signingkeys/rotation.js';
import { rotationPolicy } from '../../domain/signingkeys/rotation-policy.js';
import { SigningKeys, type SigningKeysState, signingKeysStream } from '../../domain/signingkeys/signing-keys.js';
import { tenantAt } from '../../domain/tenancy/app.js';
import { appConfig } from '../../infra/ports/tenancy-registry.js';
import type { SigningKey } from '../../infra/ports/tokens.js';
import { type CommandContext, command, type Target } from '../command.js';

export interface EnsureSigningKeysInput {
  /** The public tenant of the app. */
  readonly target: Target;
}

/** Makes the keys that an app needs now and does not have (20-session.md 6). */
export const ensureSigningKeys = command<EnsureSigningKeysInput, { readonly status: 'OK' }>(
  'EnsureSigningKeys',
  async (context, { target }) => {
    await readySigningKeys(context, target);
    return { status: 'OK' };
  },
);

/** What an app signs and encrypts with now. */
export interface ReadySigningKeys {
  readonly dynamicKey: SigningKey;
  readonly staticKey: SigningKey;
  /** Text form (20-session.md 4.2). */
  readonly refreshTokenKey: string;
}

/**
 * The keys that an app signs with now, made on first need: a static key, a dynamic key with its successor if that is due,
 * a refresh token key. They are taken as this process knows them: a key that another process added is found at the
 * latest when this one would add it too.
 */
export async function readySigningKeys(context: CommandContext, target: Target): Promise<ReadySigningKeys> {
  const { signingKeys, signingKeysInTheMaking: making } = context.memory;
  const { appKey } = target;
  const policy = rotationPolicy(appConfig(context.registry, target), context.testMode);
  const known = signingKeys.get(appKey);
  if (known && isComplete(known, policy, context.now())) return ready(known, policy, context.now());
  let made = making.get(appKey);
  if (!made) {
    made = makeMissing(context, target, policy).finally(() => making.delete(appKey));
    making.set(appKey, made);
  }
  const state = await made;
  signingKeys.set(appKey, state);
  return ready(state, policy, context.now());
}

function ready(state: SigningKeysState, policy: RotationPolicy, now: number): ReadySigningKeys {
  const { refreshTokenKey } = state;
  const dynamicKey = dynamicSigningKey(state, policy, now);
  const staticKey = staticSigningKey(state);
  if (!dynamicKey || !staticKey || refreshTokenKey === undefined)
    throw new Error('an app whose keys were made has no key to sign with');
  return {
    dynamicKey: { kid: dynamicKey.kid, pkcs8: dynamicKey.privatePkcs8 },
    staticKey: { kid: staticKey.kid, pkcs8: staticKey.privatePkcs8 },
    refreshTokenKey,
  };
}

function isComplete(state: SigningKeysState, policy: RotationPolicy, now: number): boolean {
  return (
    state.refreshTokenKey !== undefined &&
    state.staticKeys.length > 0 &&
    state.dynamicKeys.length > 0 &&
    dynamicKeyDue(state, policy, now, now) === undefined
  );
}

function makeMissing(context: CommandContext, target: Target, policy: RotationPolicy): Promise<SigningKeysState> {
  const { appKey: app } = target;
  const spare: FreshKeyPair[] = [];
  return context.transact(async (tx) => {
    const now = context.now();
    const createdAt = appCreatedAt(context, target) ?? now;
    const id = signingKeysStream(app);
    let state = await tx.load(SigningKeys, id);
    const add = (events: readonly SigningKeyEvent[]): void => {
      tx.append(SigningKeys, id, events);
      state = events.reduce(SigningKeys.evolve, state);
    };
    // Pairs are made side by side; what an attempt that lost a race took is used by the next one.
    const missing = [state.staticKeys, state.dynamicKeys].filter((keys) => keys.length === 0).length;
    const takes = Array.from({ length: Math.max(0, missing - spare.length) }, () => context.keyPairs.take());
    spare.push(...(await Promise.all(takes)));
    let used = 0;
    const pair = async (): Promise<FreshKeyPair> => {
      const at = used++;
      const next = spare[at] ?? (await context.keyPairs.take());
      spare[at] = next;
      return next;
    };

    if (state.refreshTokenKey === undefined)
      add(generateRefreshTokenKey(state, app, await context.newRefreshTokenKey(), now).events);
    if (state.staticKeys.length === 0) add(generateStaticKey(state, app, context.uuid(), await pair(), now).events);
    while (dynamicKeyDue(state, policy, now, createdAt) !== undefined)
      add(generateDynamicKey(state, { app, createdAt }, await pair(), policy, now).events);
    return state;
  });
}

function appCreatedAt({ registry }: CommandContext, { cud, appId }: Target): number | null {
  const app = registry.app(cud, appId);
  return (app && tenantAt(app, { tenantId: 'public' })?.createdAt) ?? null;
}
