import { expect } from 'chai';
import { emailDomain, isFakeEmail, normaliseEmail, trimAscii } from '../../../domain/emailpassword/email.js';

describe('emails (30-emailpassword.md 1.1)', () => {
  it('case 1: are trimmed and lower-cased', () => {
    expect(normaliseEmail(' \t Ann@Example.ORG \n')).to.equal('ann@example.org');
  });

  it('case 51: keep a no-break space, which is beyond U+0020', () => {
    expect(normaliseEmail('\u00a0Ann@Example.ORG')).to.equal('\u00a0ann@example.org');
  });

  it('are lower-cased in all of Unicode', () => {
    expect(normaliseEmail('ÄÖ@X.org')).to.equal('äö@x.org');
  });

  it('are whole characters: half a surrogate pair is replaced, a pair is kept', () => {
    expect(normaliseEmail('a\ud800b\udc00@x')).to.equal('a\ufffdb\ufffd@x');
    expect(normaliseEmail('\u{1f600}@x')).to.equal('\u{1f600}@x');
  });

  it('are trimmed to nothing if there is nothing else', () => {
    expect(trimAscii('\u0000 \u0020')).to.equal('');
    expect(trimAscii('')).to.equal('');
  });

  it('have a domain behind the last @', () => {
    expect(emailDomain('x@gmail.com')).to.equal('gmail.com');
    expect(emailDomain('"a@b"@c.org')).to.equal('c.org');
    expect(emailDomain('x@')).to.equal('');
    expect(emailDomain('nobody')).to.equal(null);
  });

  it('of the two fake kinds count as verified', () => {
    expect(isFakeEmail('x.google@stfakeemail.supertokens.com')).to.equal(true);
    expect(isFakeEmail('x@y.fakeemail.com')).to.equal(true);
    expect(isFakeEmail('x@fakeemail.com')).to.equal(false);
    expect(isFakeEmail('stfakeemail.supertokens.com@example.org')).to.equal(false);
  });
});
