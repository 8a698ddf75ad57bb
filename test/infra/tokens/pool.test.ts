import { expect } from 'chai';
import { jsonText } from '../../../domain/json/raw-json.js';
import { type TokenMinter, TokenMintingError } from '../../../infra/ports/tokens.js';
import { readAccessToken } from '../../../infra/tokens/access-token.js';
import { createTokenMinter } from '../../../infra/tokens/pool.js';
import { refreshTokenHashes } from '../../../infra/tokens/refresh-token.js';
import { generateRefreshTokenKey } from '../../../infra/tokens/refresh-token-key.js';
import { accessJob, jwtPart, KID, NOW, publicKeyOf } from './fixtures.js';

describe('token minter', () => {
  let minter: TokenMinter;
  let refreshTokenKey: string;

  before(async () => {
    minter = createTokenMinter({ workers: 2 });
    refreshTokenKey = await generateRefreshTokenKey();
  });
  after(() => minter.close());

  it('mints a refresh token and the access token that names it', async () => {
    const lineage = { parentRefreshTokenHash1: null, refreshTokenParentHash1: 'cd'.repeat(32), antiCsrfToken: 'c' };
    const tokens = await minter.mintSession({ ...accessJob(lineage), ...lineage, refreshTokenKey });
    const { hash1, hash2 } = refreshTokenHashes(tokens.refreshToken);
    expect(tokens).to.include({ refreshHash1: hash1, refreshHash2: hash2 });
    const reading = readAccessToken(tokens.accessToken, publicKeyOf);
    expect(reading.status === 'OK' && reading.token).to.deep.include({
      refreshTokenHash1: hash1,
      parentRefreshTokenHash1: null,
      antiCsrfToken: 'c',
    });
    expect(await minter.openRefreshToken(refreshTokenKey, tokens.refreshToken)).to.deep.equal({
      hash1,
      hash2,
      claims: {
        sessionHandle: accessJob().sessionHandle,
        userId: 'u1',
        tenantId: 't1',
        parentRefreshTokenHash1: 'cd'.repeat(32),
        antiCsrfToken: 'c',
      },
    });
  });

  it('answers parallel jobs of all kinds each with its own', async () => {
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    const users = await Promise.all(
      numbers.map(async (number) => {
        const job = accessJob({ userId: `user ${number}` });
        if (number % 3 === 0) return jwtPart(await minter.mintAccess(job), 1).sub;
        if (number % 3 === 1) {
          const payload = jsonText(`{"sub":"user ${number}"}`);
          const { signingKey } = job;
          return jwtPart(await minter.signJwt({ signingKey, issuer: 'i', issuedAt: NOW, validity: 1, payload }), 1).sub;
        }
        const tokens = await minter.mintSession({ ...job, refreshTokenKey, refreshTokenParentHash1: null });
        return jwtPart(tokens.accessToken, 1).sub;
      }),
    );
    expect(users).to.deep.equal(numbers.map((number) => `user ${number}`));
  });

  it('case 59: signs a JWT without a version', async () => {
    const { signingKey } = accessJob();
    const validity = 9_223_372_036_854_775_807n;
    const jwt = await minter.signJwt({ signingKey, issuer: 'i', issuedAt: NOW, validity, payload: jsonText('{}') });
    expect(jwtPart(jwt, 0)).to.deep.equal({ alg: 'RS256', typ: 'JWT', kid: KID });
    expect(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()).to.contain('"exp":9223372038554775807');
  });

  it('case 32: opens no foreign token', async () => {
    expect(await minter.openRefreshToken(refreshTokenKey, 'x.y.V9')).to.equal(undefined);
  });

  it('rejects an unusable key and a protected claim without telling the job', async () => {
    const secret = Buffer.from('not a key').toString('base64');
    const jobs = [
      accessJob({ signingKey: { kid: KID, pkcs8: secret } }),
      accessJob({ payload: jsonText('{"sub":"someone@example.com"}') }),
    ];
    for (const job of jobs) {
      const error = await minter.mintAccess(job).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TokenMintingError);
      expect(String(error)).to.not.contain(secret).and.not.contain('someone');
    }
  });
});
