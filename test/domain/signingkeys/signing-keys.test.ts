import { expect } from 'chai';
import { generateDynamicKey, generateRefreshTokenKey, generateStaticKey } from '../../../domain/signingkeys/decide.js';
import { RefreshTokenKeyGenerated, signingKeyEvents } from '../../../domain/signingkeys/events.js';
import { publishedKeys, staticSigningKey } from '../../../domain/signingkeys/rotation.js';
import { SigningKeys, signingKeysStream } from '../../../domain/signingkeys/signing-keys.js';
import { given } from '../given.js';
import { dynamicKey, kids, normal, owner, pair, state, staticKey, T0, UUID } from './fixtures.js';

describe('signing keys of an app', () => {
  it('have one stream, sealed under the key of the app', () => {
    expect(signingKeysStream('a1')).to.deep.equal({ category: 'signingkeys', path: ['a1'] });
    for (const event of [
      dynamicKey(T0),
      staticKey(T0),
      RefreshTokenKeyGenerated({ app: 'a1', key: 'k', createdAt: T0, at: T0 }),
    ]) {
      expect(SigningKeys.subject(state(event))).to.equal('app:a1');
    }
    expect(SigningKeys.subject(SigningKeys.initial)).to.equal(undefined);
  });

  it('secrets are personal, public keys are in clear', () => {
    expect(signingKeyEvents.map((type) => [type.name, ...type.personal.keys()])).to.deep.equal([
      ['DynamicSigningKeyGenerated', 'privatePkcs8'],
      ['StaticSigningKeyGenerated', 'privatePkcs8'],
      ['RefreshTokenKeyGenerated', 'key'],
      ['DynamicSigningKeyRetired'],
    ]);
  });

  it('case 56: a new app publishes a dynamic and a static key', () => {
    given(SigningKeys, [])
      .when((keys) => generateDynamicKey(keys, owner, pair, normal, T0))
      .then([dynamicKey(T0)], { status: 'GENERATED', kid: `d-${T0}` });
    given(SigningKeys, [dynamicKey(T0)])
      .when((keys) => generateStaticKey(keys, 'a1', UUID, pair, T0))
      .then([staticKey(T0)], { status: 'GENERATED', kid: `s-${UUID}` });
    expect(kids(publishedKeys(state(staticKey(T0), dynamicKey(T0)), normal, T0))).to.deep.equal([
      `d-${T0}`,
      `s-${UUID}`,
    ]);
  });

  it('a static key is made once; of several the newest signs and all are published', () => {
    given(SigningKeys, [staticKey(T0)])
      .when((keys) => generateStaticKey(keys, 'a1', 'other', pair, T0))
      .then([], { status: 'NOT_DUE' });
    const keys = state(staticKey(T0, 's-old'), staticKey(T0 + 2, 's-new'), staticKey(T0 + 1, 's-middle'));
    expect(staticSigningKey(keys)?.kid).to.equal('s-new');
    expect(kids(publishedKeys(keys, normal, T0 + 1e12))).to.deep.equal(['s-new', 's-middle', 's-old']);
    expect(staticSigningKey(SigningKeys.initial)).to.equal(undefined);
  });

  it('the key of refresh tokens never changes', () => {
    given(SigningKeys, [])
      .when((keys) => generateRefreshTokenKey(keys, 'a1', 'first', T0))
      .then([RefreshTokenKeyGenerated({ app: 'a1', key: 'first', createdAt: T0, at: T0 })], 'first');
    given(SigningKeys, [])
      .when((keys) => generateRefreshTokenKey(keys, 'a1', 'first', T0))
      .when((keys) => generateRefreshTokenKey(keys, 'a1', 'second', T0))
      .then([], 'first');
  });
});
