import { expect } from 'chai';
import fc from 'fast-check';
import { generateDynamicKey, retireDynamicKeys } from '../../../domain/signingkeys/decide.js';
import { DynamicSigningKeyRetired } from '../../../domain/signingkeys/events.js';
import {
  dynamicKeyDue,
  dynamicSigningKey,
  jwksMaxAge,
  overlapOf,
  publishedKeys,
  type RotationPolicy,
  retirableDynamicKeys,
  verifiableDynamicKeys,
} from '../../../domain/signingkeys/rotation.js';
import { SigningKeys, type SigningKeysState } from '../../../domain/signingkeys/signing-keys.js';
import { folded, given } from '../given.js';
import { dynamicKey, HOUR, kids, normal, owner, pair, quick, state, T0 } from './fixtures.js';

/** Uses the keys at a time: generates whatever is due. */
function used(keys: SigningKeysState, policy: RotationPolicy, now: number): SigningKeysState {
  let next = keys;
  while (dynamicKeyDue(next, policy, now, T0) !== undefined) {
    next = folded(SigningKeys, next, generateDynamicKey(next, owner, pair, policy, now).events);
  }
  return next;
}

describe('rotation of the dynamic key', () => {
  it('the overlap is a minute, or a fifth of the short intervals of the testing mode', () => {
    expect(overlapOf(5000, true)).to.equal(1000);
    expect(overlapOf(1440, true)).to.equal(288);
    expect(overlapOf(3599, true)).to.equal(719);
    expect(overlapOf(60_000, true)).to.equal(60_000);
    expect(overlapOf(5000, false)).to.equal(60_000);
  });

  it('a key is due when there is none, and an overlap before the newest ends', () => {
    const keys = state(dynamicKey(T0));
    const end = T0 + normal.interval;
    expect(dynamicKeyDue(SigningKeys.initial, normal, T0, T0)).to.equal(T0);
    expect(dynamicKeyDue(keys, normal, end - 60_000, T0)).to.equal(undefined);
    expect(dynamicKeyDue(keys, normal, end - 59_999, T0)).to.equal(end - 59_999);
  });

  it('at most one key is made for a rotation', () => {
    given(SigningKeys, [dynamicKey(T0)])
      .when((keys) => generateDynamicKey(keys, owner, pair, quick, T0 + 4300))
      .when((keys) => generateDynamicKey(keys, owner, pair, quick, T0 + 4301))
      .then([], { status: 'NOT_DUE' });
  });

  it('a first key made late counts from the creation of the app while its rotation runs', () => {
    given(SigningKeys, [])
      .when((keys) => generateDynamicKey(keys, owner, pair, normal, T0 + HOUR))
      .then([dynamicKey(T0, T0 + HOUR)], { status: 'GENERATED', kid: `d-${T0}` });
    const late = T0 + normal.interval;
    given(SigningKeys, [])
      .when((keys) => generateDynamicKey(keys, owner, pair, normal, late))
      .then([dynamicKey(late)], { status: 'GENERATED', kid: `d-${late}` });
    expect(dynamicKeyDue(SigningKeys.initial, normal, T0 - 1, T0), 'a clock before the app').to.equal(T0 - 1);
  });

  it('case 58: the next key is published an overlap before it signs, counted from the creation of the app', () => {
    let keys = used(SigningKeys.initial, quick, T0 + 3500);
    expect(kids(publishedKeys(keys, quick, T0 + 3500))).to.deep.equal([`d-${T0}`]);
    keys = used(keys, quick, T0 + 4300);
    expect(kids(publishedKeys(keys, quick, T0 + 4300))).to.deep.equal([`d-${T0 + 4300}`, `d-${T0}`]);
    expect(dynamicSigningKey(keys, quick, T0 + 4300)?.kid).to.equal(`d-${T0}`);
    keys = used(keys, quick, T0 + 5500);
    expect(dynamicSigningKey(keys, quick, T0 + 5500)?.kid).to.equal(`d-${T0 + 4300}`);
    expect(kids(verifiableDynamicKeys(keys, quick, T0 + 5500))).to.include(`d-${T0}`);
  });

  it('case 58: the same two keys are there when the first use comes only in the overlap', () => {
    const keys = used(SigningKeys.initial, quick, T0 + 4300);
    expect(kids(keys.dynamicKeys)).to.deep.equal([`d-${T0 + 4300}`, `d-${T0}`]);
    expect(dynamicSigningKey(keys, quick, T0 + 4300)?.kid).to.equal(`d-${T0}`);
  });

  it('the key before signs until the overlap is over or its interval is, whichever comes first', () => {
    const keys = state(dynamicKey(T0), dynamicKey(T0 + 4300));
    const signing = (now: number) => dynamicSigningKey(keys, quick, now)?.createdAt;
    expect(signing(T0 + 4999)).to.equal(T0);
    expect(signing(T0 + 5000)).to.equal(T0 + 4300);
    const early = state(dynamicKey(T0), dynamicKey(T0 + 1000));
    expect(dynamicSigningKey(early, quick, T0 + 1999)?.createdAt).to.equal(T0);
    expect(dynamicSigningKey(early, quick, T0 + 2000)?.createdAt).to.equal(T0 + 1000);
  });

  it('a new key signs at once when no older one may', () => {
    expect(dynamicSigningKey(SigningKeys.initial, normal, T0)).to.equal(undefined);
    expect(dynamicSigningKey(state(dynamicKey(T0)), normal, T0)?.createdAt).to.equal(T0);
    const idle = T0 + normal.interval + HOUR;
    expect(dynamicSigningKey(state(dynamicKey(T0), dynamicKey(idle)), normal, idle)?.createdAt).to.equal(idle);
  });

  it('a node whose clock is behind signs with the key before', () => {
    const keys = state(dynamicKey(T0), dynamicKey(T0 + 4300));
    expect(dynamicSigningKey(keys, quick, T0 + 4000)?.createdAt).to.equal(T0);
  });

  it('a key verifies until its interval and twice the life of a token are over, and retires then', () => {
    const keys = state(dynamicKey(T0));
    const end = T0 + normal.interval + 2 * HOUR;
    expect(kids(verifiableDynamicKeys(keys, normal, end))).to.deep.equal([`d-${T0}`]);
    expect(retirableDynamicKeys(keys, normal, end)).to.deep.equal([]);
    expect(verifiableDynamicKeys(keys, normal, end + 1)).to.deep.equal([]);
    given(SigningKeys, [dynamicKey(T0), dynamicKey(end)])
      .when((found) => retireDynamicKeys(found, normal, end + 1))
      .then([DynamicSigningKeyRetired({ kid: `d-${T0}`, at: end + 1 })], [`d-${T0}`]);
    given(SigningKeys, [dynamicKey(T0), dynamicKey(end)])
      .when((found) => retireDynamicKeys(found, normal, end + 1))
      .when((found) => retireDynamicKeys(found, normal, end + 1))
      .then([], []);
  });

  it('a longer interval takes effect at once', () => {
    const keys = state(dynamicKey(T0));
    const now = T0 + 10_000;
    expect(dynamicKeyDue(keys, quick, now, T0)).to.equal(now);
    expect(dynamicKeyDue(keys, normal, now, T0)).to.equal(undefined);
  });

  it('a clock that steps back makes no kid twice, not even that of a retired key', () => {
    const longAgo = T0 - normal.interval;
    given(SigningKeys, [dynamicKey(T0), DynamicSigningKeyRetired({ kid: `d-${T0}`, at: T0 })])
      .when((keys) => generateDynamicKey(keys, owner, pair, normal, longAgo))
      .then([dynamicKey(T0 + 1, longAgo)], { status: 'GENERATED', kid: `d-${T0 + 1}` });
  });

  it('whatever the clock does, kids are unique and there is a key to sign with, which is published', () => {
    const clock = fc.array(fc.integer({ min: -40_000, max: 40_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(clock, fc.integer({ min: 0, max: 3000 }), (jumps, accessTokenValidity) => {
        const policy = { ...quick, accessTokenValidity };
        const everMade: string[] = [];
        let keys = SigningKeys.initial;
        let now = T0;
        for (const jump of jumps) {
          now += jump;
          const before = kids(keys.dynamicKeys);
          keys = used(keys, policy, now);
          everMade.push(...kids(keys.dynamicKeys).filter((kid) => !before.includes(kid)));
          expect(kids(publishedKeys(keys, policy, now))).to.include(dynamicSigningKey(keys, policy, now)?.kid);
          keys = folded(SigningKeys, keys, retireDynamicKeys(keys, policy, now).events);
        }
        expect(new Set(everMade).size).to.equal(everMade.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('caching of the JWKS', () => {
  it('case 56: lasts until the next key appears', () => {
    const keys = state(dynamicKey(T0));
    expect(jwksMaxAge(keys, normal, T0)).to.equal(604_740);
    expect(jwksMaxAge(keys, normal, T0 + 1)).to.equal(604_739);
    const hourly = { ...normal, interval: HOUR };
    expect(jwksMaxAge(keys, hourly, T0)).to.equal(3540);
    expect(jwksMaxAge(keys, hourly, T0 + 2000)).to.equal(3538);
  });

  it('is a second at least', () => {
    const keys = state(dynamicKey(T0));
    expect(jwksMaxAge(keys, quick, T0 + 3999)).to.equal(1);
    expect(jwksMaxAge(keys, quick, T0 + 9999)).to.equal(1);
    expect(jwksMaxAge(SigningKeys.initial, normal, T0)).to.equal(1);
  });
});
