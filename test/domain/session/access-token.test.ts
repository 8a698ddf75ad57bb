import { expect } from 'chai';
import fc from 'fast-check';
import { jsonText } from '../../../domain/json/raw-json.js';
import { accessTokenTimes, mintedValidity, validityRangeError } from '../../../domain/session/access-token-validity.js';
import {
  accessTokenVersion,
  hasProtectedKey,
  payloadHasProtectedKey,
  rotatesRefreshTokens,
} from '../../../domain/session/access-token-version.js';
import { T0, V } from './fixtures.js';

const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('access token versions', () => {
  it('case 2: CDI 3.x mints version 4, later ones version 5', () => {
    expect(['3.0', '3.1', '4.0', '5.0', '5.4', '5.6'].map(accessTokenVersion)).to.deep.equal([4, 4, 5, 5, 5, 5]);
  });

  it('refresh tokens rotate from CDI 5.6 on', () => {
    expect(['3.0', '5.0', '5.5', '5.6'].map(rotatesRefreshTokens)).to.deep.equal([false, false, false, true]);
  });

  it('every version protects its own claims', () => {
    const common = [
      'sub',
      'exp',
      'iat',
      'sessionHandle',
      'refreshTokenHash1',
      'parentRefreshTokenHash1',
      'antiCsrfToken',
    ];
    for (const key of common) {
      expect([3, 4, 5].map((version) => hasProtectedKey([key], version as 3 | 4 | 5))).to.deep.equal([
        true,
        true,
        true,
      ]);
    }
    expect(([3, 4, 5] as const).map((version) => hasProtectedKey(['tId'], version))).to.deep.equal([false, true, true]);
    expect(([3, 4, 5] as const).map((version) => hasProtectedKey(['rsub'], version))).to.deep.equal([
      false,
      false,
      true,
    ]);
    expect(hasProtectedKey(['iss', 'aud', 'nbf', 'stt', 'st-ev', 'SUB'], 5)).to.equal(false);
  });

  it('only top-level members count, however they are spelled', () => {
    expect(payloadHasProtectedKey(jsonText('{"a":{"sub":1},"b":"sub"}'), 5)).to.equal(false);
    expect(payloadHasProtectedKey(jsonText('{"a":1,"s\\u0075b":null}'), 5)).to.equal(true);
  });
});

describe('access token validity', () => {
  it('case 12: a client may only shorten it', () => {
    const text =
      'accessTokenValidity must be greater than 0 and at most the configured access_token_validity (3600000 ms)';
    expect([600_000, 1, 3_600_000].map((asked) => validityRangeError(asked, V))).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect([3_600_001, 0, -5].map((asked) => validityRangeError(asked, V))).to.deep.equal([text, text, text]);
  });

  it('case 12: what the client asked for is not jittered, and shows in the times', () => {
    const validity = mintedValidity(V, 0.25, 0.9, 600_000);
    const { createdTime, expiry } = accessTokenTimes(T0, T0 + validity);
    expect(expiry - createdTime).to.equal(600_000);
  });

  it('case 13: jitter cuts off at most its share and never adds', () => {
    fc.assert(
      fc.property(uniform, fc.integer({ min: T0, max: T0 + 5000 }), (u, now) => {
        const { createdTime, expiry } = accessTokenTimes(now, now + mintedValidity(V, 0.25, u));
        expect(expiry - createdTime).to.be.within(2_699_000, 3_601_000);
        expect(mintedValidity(V, 0.25, u)).to.be.at.most(V);
      }),
    );
    expect(mintedValidity(V, 0.25, 0)).to.equal(V);
    expect(mintedValidity(V, 0.25, 0.5)).to.equal(3_150_000);
    expect(mintedValidity(V, 0, 0.5)).to.equal(V);
  });

  it('case 1: times are whole seconds towards the past', () => {
    expect(accessTokenTimes(1_700_000_000_999, 1_700_003_600_999)).to.deep.equal({
      createdTime: 1_700_000_000_000,
      expiry: 1_700_003_600_000,
    });
  });
});
