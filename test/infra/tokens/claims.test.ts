import { expect } from 'chai';
import { jsonText } from '../../../domain/json/raw-json.js';
import type { AccessTokenVersion } from '../../../domain/session/access-token-version.js';
import { TokenMintingError } from '../../../infra/ports/tokens.js';
import { accessTokenClaims, jwtClaims } from '../../../infra/tokens/claims.js';
import { accessJob, NOW } from './fixtures.js';

const OURS = {
  iat: 1_700_000_000,
  exp: 1_700_003_600,
  sub: 'primary',
  sessionHandle: '5d0c1f2e-8a4b-4c3d-9e6f-7a8b9c0d1e2f_t1',
  refreshTokenHash1: 'ab'.repeat(32),
  parentRefreshTokenHash1: null,
  antiCsrfToken: null,
};

describe('claims (20-session.md 5.2, 10.1)', () => {
  const layouts: Array<[AccessTokenVersion, object]> = [
    [3, {}],
    [4, { tId: 't1' }],
    [5, { tId: 't1', rsub: 'u1' }],
  ];
  for (const [version, extra] of layouts) {
    it(`V${version} holds exactly its claims and the payload`, () => {
      const claims = JSON.parse(accessTokenClaims(accessJob({ version })));
      expect(claims).to.deep.equal({ ...OURS, ...extra, role: 'x', n: null });
    });
  }

  it('writes parent and anti-CSRF values when there are any', () => {
    const claims = JSON.parse(accessTokenClaims(accessJob({ parentRefreshTokenHash1: 'p', antiCsrfToken: 'c' })));
    expect(claims).to.deep.include({ parentRefreshTokenHash1: 'p', antiCsrfToken: 'c' });
  });

  it('case 63: takes payload members verbatim and in order', () => {
    const payload = jsonText('{ "z":1.0, "10":null, "2":1234567890123456789, "o":{"b" : 1E2} }');
    expect(accessTokenClaims(accessJob({ payload }))).to.match(
      /,"z":1\.0,"10":null,"2":1234567890123456789,"o":\{"b" : 1E2\}\}$/,
    );
  });

  it('W17: writes a custom aud as it is', () => {
    const claims = accessTokenClaims(accessJob({ payload: jsonText('{"aud":["one"]}') }));
    expect(JSON.parse(claims).aud).to.deep.equal(['one']);
  });

  it('writes large times in plain decimal', () => {
    expect(accessTokenClaims(accessJob({ expiresAt: 1e27 }))).to.match(/"exp":\d{24},/);
  });

  it('refuses a payload with a protected claim', () => {
    const job = accessJob({ payload: jsonText('{"\\u0073ub":"someone"}') });
    expect(() => accessTokenClaims(job)).to.throw(TokenMintingError);
  });

  it('case 59: a JWT has iss, iat and exp, and its payload overrides them', () => {
    const jwt = { issuer: 'https://api.x', issuedAt: NOW, validity: 3600 };
    expect(JSON.parse(jwtClaims({ ...jwt, payload: jsonText('{"a":null,"iss":"me"}') }))).to.deep.equal({
      iss: 'me',
      iat: 1_700_000_000,
      exp: 1_700_003_600,
      a: null,
    });
    expect(JSON.parse(jwtClaims({ ...jwt, payload: jsonText('{"exp":1,"iat":null,"o":[{}]}') }))).to.deep.equal({
      iss: 'https://api.x',
      iat: null,
      exp: 1,
      o: [{}],
    });
  });

  it('case 59: has no upper bound of validity', () => {
    const exp = (validity: number | bigint): string | undefined =>
      /"exp":([^,}]+)/.exec(jwtClaims({ issuer: 'i', issuedAt: NOW, validity, payload: jsonText('{}') }))?.[1];
    expect(exp(3_153_600_000)).to.equal('4853600000');
    expect(exp(1_800_000_000_000)).to.equal('1801700000000');
    expect(exp(9_223_372_036_854_775_807n)).to.equal('9223372038554775807');
  });
});
