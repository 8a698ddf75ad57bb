import type { SigningKey, SigningKeysState } from './signing-keys.js';

const OVERLAP = 60_000;

/** The numbers that rotation depends on, all in ms. */
export interface RotationPolicy {
  /** I: how often a new dynamic key is due. */
  readonly interval: number;
  /** V: the longest an access token lives. */
  readonly accessTokenValidity: number;
  /** O: how long before a key first signs it is published. See {@link overlapOf}. */
  readonly overlap: number;
}

/**
 * How long before it first signs a key is published, in ms: a minute, or a fifth of the interval for the intervals of
 * seconds that the testing mode admits (20-session.md 2).
 */
export function overlapOf(interval: number, testingMode: boolean): number {
  return testingMode && interval < OVERLAP ? Math.trunc(interval / 5) : OVERLAP;
}

/**
 * When the dynamic key that is due now counts as created, or undefined when none is due (20-session.md 6.2).
 *
 * An app's first key may be made later than the app, yet its rotation clock starts with the app: it counts as created
 * then, as long as that leaves it some time to sign. Its successor may be due at once: ask again after the first key. Every key is newer than all before it, so that no `kid` occurs twice if the clock steps back.
 *
 * @param now ms since the epoch
 * @param appCreatedAt ms since the epoch
 */
export function dynamicKeyDue(
  state: SigningKeysState,
  policy: RotationPolicy,
  now: number,
  appCreatedAt: number,
): number | undefined {
  const [newest] = state.dynamicKeys;
  if (newest && now + policy.overlap <= newest.createdAt + policy.interval) return undefined;
  if (state.lastDynamicCreatedAt !== undefined) return Math.max(now, state.lastDynamicCreatedAt + 1);
  const rotationRuns = appCreatedAt <= now && now < appCreatedAt + policy.interval;
  return rotationRuns ? appCreatedAt : now;
}

/** The `kid` of the dynamic key created at a time (20-session.md 6.1). */
export function dynamicKid(createdAt: number): string {
  return `d-${createdAt}`;
}

/**
 * The dynamic key that signs: the newest, unless it was published less than the overlap ago and the one before it may
 * still sign (20-session.md 6.2). Undefined when there is none.
 */
export function dynamicSigningKey(
  state: SigningKeysState,
  policy: RotationPolicy,
  now: number,
): SigningKey | undefined {
  const [newest, before] = state.dynamicKeys;
  const isYoung = newest !== undefined && newest.createdAt + policy.overlap > now;
  return isYoung && before && now < before.createdAt + policy.interval ? before : newest;
}

/** The static key that signs: the newest. Undefined when there is none. */
export function staticSigningKey(state: SigningKeysState): SigningKey | undefined {
  return state.staticKeys[0];
}

/** The dynamic keys that may still verify something, newest first (20-session.md 6.2). */
export function verifiableDynamicKeys(
  state: SigningKeysState,
  policy: RotationPolicy,
  now: number,
): readonly SigningKey[] {
  return state.dynamicKeys.filter((key) => isVerifiable(key, policy, now));
}

/** All keys that may verify something, in the order of the JWKS (20-session.md 6.3). */
export function publishedKeys(state: SigningKeysState, policy: RotationPolicy, now: number): readonly SigningKey[] {
  return [...verifiableDynamicKeys(state, policy, now), ...state.staticKeys];
}

/** The dynamic keys that housekeeping may retire (20-session.md 6.2). */
export function retirableDynamicKeys(
  state: SigningKeysState,
  policy: RotationPolicy,
  now: number,
): readonly SigningKey[] {
  return state.dynamicKeys.filter((key) => !isVerifiable(key, policy, now));
}

/** For how many seconds the JWKS may be cached: until the next key appears, at least one (20-session.md 6.3). */
export function jwksMaxAge(state: SigningKeysState, policy: RotationPolicy, now: number): number {
  const [newest] = state.dynamicKeys;
  if (!newest) return 1;
  return Math.max(1, Math.floor((newest.createdAt + policy.interval - policy.overlap - now) / 1000));
}

function isVerifiable(key: SigningKey, policy: RotationPolicy, now: number): boolean {
  return key.createdAt + policy.interval + 2 * policy.accessTokenValidity >= now;
}
