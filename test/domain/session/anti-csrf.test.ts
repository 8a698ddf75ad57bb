import { expect } from 'chai';
import { antiCsrfAtRefresh, antiCsrfAtVerify } from '../../../domain/session/anti-csrf.js';

const CLAIM = '0b7c8f3e-5f0c-4a34-9a63-0d7f4b8d1c55';
const OTHER = '0b7c8f3e-5f0c-4a34-9a63-0d7f4b8d1c56';
const both = { enableAntiCsrf: true, doAntiCsrfCheck: true };

describe('anti-CSRF at verify', () => {
  it('case 19: a wrong or missing value fails, the right one holds', () => {
    const failed = { status: 'TRY_REFRESH_TOKEN', message: 'anti-csrf check failed' } as const;
    expect(antiCsrfAtVerify(both, CLAIM, OTHER)).to.deep.equal(failed);
    expect(antiCsrfAtVerify(both, CLAIM, `${CLAIM}0`)).to.deep.equal(failed);
    expect(antiCsrfAtVerify(both, CLAIM, '')).to.deep.equal(failed);
    expect(antiCsrfAtVerify(both, CLAIM, undefined)).to.deep.equal(failed);
    expect(antiCsrfAtVerify(both, CLAIM, CLAIM)).to.equal(undefined);
  });

  it('case 19: nothing is checked unless anti-CSRF is enabled and the check is asked for', () => {
    expect(antiCsrfAtVerify({ enableAntiCsrf: true, doAntiCsrfCheck: false }, CLAIM, OTHER)).to.equal(undefined);
    expect(antiCsrfAtVerify({ enableAntiCsrf: false, doAntiCsrfCheck: true }, CLAIM, OTHER)).to.equal(undefined);
  });

  it('a token without the claim cannot pass the check', () => {
    expect(antiCsrfAtVerify(both, null, CLAIM)).to.deep.equal({
      status: 'TRY_REFRESH_TOKEN',
      message: 'Access token does not contain all the information. Maybe the structure has changed?',
    });
  });
});

describe('anti-CSRF at refresh', () => {
  it('case 31: a wrong or missing value is refused while anti-CSRF is enabled', () => {
    const refused = { status: 'UNAUTHORISED', message: 'Anti CSRF token missing, or not matching' } as const;
    expect(antiCsrfAtRefresh(true, CLAIM, OTHER)).to.deep.equal(refused);
    expect(antiCsrfAtRefresh(true, CLAIM, undefined)).to.deep.equal(refused);
    expect(antiCsrfAtRefresh(true, CLAIM, CLAIM)).to.equal(undefined);
    expect(antiCsrfAtRefresh(false, CLAIM, undefined)).to.equal(undefined);
  });

  it('a token made without anti-CSRF is not checked', () => {
    expect(antiCsrfAtRefresh(true, null, OTHER)).to.equal(undefined);
  });
});
