import { expect } from 'chai';
import type { SpkiOf } from '../../../infra/ports/tokens.js';
import { runTokenJob } from '../../../infra/tokens/jobs.js';
import { privateKeyCache } from '../../../infra/tokens/keys.js';
import { createTokenVerifier } from '../../../infra/tokens/token-verifier.js';
import { accessJob, KID, NOW, otherPair, pair } from './fixtures.js';

const privateKey = privateKeyCache();
const mint = (changes = {}): string => runTokenJob({ kind: 'access', job: accessJob(changes) }, privateKey) as string;
const spkiOf: SpkiOf = (kid) => (kid === KID ? pair.publicSpki : undefined);
const OPTIONS = { now: NOW, enableAntiCsrf: false, doAntiCsrfCheck: false };

describe('token verifier', () => {
  it('reads the same from a token that it remembers', () => {
    const verifier = createTokenVerifier();
    const token = mint();
    const first = verifier.verify(token, spkiOf, OPTIONS);
    expect(first.status).to.equal('OK');
    expect(verifier.verify(token, spkiOf, OPTIONS)).to.deep.equal(first);
    expect(verifier.read(token, spkiOf)).to.deep.equal(first);
  });

  it('a remembered token does not outlive its key, nor pass for another one', () => {
    const verifier = createTokenVerifier();
    const token = mint();
    verifier.verify(token, spkiOf, OPTIONS);
    expect(verifier.verify(token, () => undefined, OPTIONS)).to.deep.equal({
      status: 'TRY_REFRESH_TOKEN',
      message: 'Key not found',
      unknownKid: KID,
    });
    expect(verifier.verify(token, () => otherPair.publicSpki, OPTIONS)).to.deep.equal({
      status: 'TRY_REFRESH_TOKEN',
      message: 'JWT verification failed',
    });
    expect(verifier.verify(token, spkiOf, OPTIONS).status).to.equal('OK');
  });

  it('a remembered token expires', () => {
    const verifier = createTokenVerifier();
    const token = mint({ expiresAt: NOW + 1000 });
    expect(verifier.verify(token, spkiOf, OPTIONS).status).to.equal('OK');
    const late = { ...OPTIONS, now: NOW + 2000 };
    expect(verifier.verify(token, spkiOf, late)).to.include({ message: 'Access token expired' });
    expect(verifier.read(token, spkiOf).status, 'reading does not mind').to.equal('OK');
  });

  it('a remembered token is asked for its anti-CSRF claim', () => {
    const verifier = createTokenVerifier();
    const token = mint();
    verifier.verify(token, spkiOf, OPTIONS);
    const { status } = verifier.verify(token, spkiOf, { ...OPTIONS, enableAntiCsrf: true, doAntiCsrfCheck: true });
    expect(status).to.equal('TRY_REFRESH_TOKEN');
  });

  it('a token that differs in one character is another token', () => {
    const verifier = createTokenVerifier();
    const token = mint();
    verifier.verify(token, spkiOf, OPTIONS);
    const other = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const { status } = verifier.verify(`${token}=`, spkiOf, OPTIONS);
    expect(status).to.equal('TRY_REFRESH_TOKEN');
    expect(verifier.verify(other.replace(/\.[^.]*$/, '.AAAA'), spkiOf, OPTIONS).status).to.equal('TRY_REFRESH_TOKEN');
  });
});
