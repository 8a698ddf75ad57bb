import { expect } from 'chai';
import { CDI_VERSIONS } from '../../../domain/config/cdi-versions.js';
import { atLeast, type CdiVersionRequest, negotiateVersion } from '../../../gateway/http/cdi-version.js';

const negotiate = (header: string | undefined, given: Partial<CdiVersionRequest> = {}) =>
  negotiateVersion({ header, min: undefined, max: undefined, versionFree: false, ...given });

describe('negotiateVersion', () => {
  it('case 13: refuses what is no version, on version-free routes too', () => {
    for (const header of ['abc', '1..0', '2,7', '5.x', '', '5.', '.5', '-5', '5.4, 5.4']) {
      for (const versionFree of [true, false]) {
        expect(negotiate(header, { versionFree }), header).to.deep.equal({ error: 'cdi-version header is invalid' });
      }
    }
  });

  it('case 14: refuses versions above the highest everywhere, unlisted ones where a version is needed', () => {
    expect(negotiate('7.0', { versionFree: true })).to.deep.equal({ error: 'cdi-version 7.0 not supported' });
    expect(negotiate('4.5', { versionFree: true })).to.deep.equal({ version: '4.0' });
    expect(negotiate('4.5')).to.deep.equal({ error: 'cdi-version 4.5 not supported' });
    expect(negotiate('5.4.0')).to.deep.equal({ error: 'cdi-version 5.4.0 not supported' });
    expect(negotiate('5.4.0', { versionFree: true })).to.deep.equal({ version: '5.4' });
    expect(negotiate('2.21')).to.deep.equal({ error: 'cdi-version 2.21 not supported' });
    expect(negotiate('2.21', { versionFree: true })).to.deep.equal({ version: '3.0' });
  });

  it('case 15: an app may have a lower maximum, which is its default', () => {
    expect(negotiate('5.4', { max: '5.1' })).to.deep.equal({ error: 'cdi-version 5.4 not supported' });
    expect(negotiate('5.1', { max: '5.1' })).to.deep.equal({ version: '5.1' });
    expect(negotiate(undefined, { max: '5.1' })).to.deep.equal({ version: '5.1' });
  });

  it('case 16: an app may have a minimum, which a request without a version passes', () => {
    const min = '5.0';
    expect(negotiate('4.0', { min })).to.deep.equal({
      error: 'cdi-version 4.0 is lower than the minimum allowed version 5.0',
    });
    expect(negotiate('4.0', { min, versionFree: true })).to.have.property('error');
    expect(negotiate('5.0', { min })).to.deep.equal({ version: '5.0' });
    expect(negotiate('5.4', { min })).to.deep.equal({ version: '5.4' });
    expect(negotiate(undefined, { min })).to.deep.equal({ version: '5.6' });
    expect(negotiate(undefined, { min: '5.4', max: '5.4' })).to.deep.equal({ version: '5.4' });
  });

  it('takes every listed version', () => {
    for (const version of CDI_VERSIONS) expect(negotiate(version)).to.deep.equal({ version });
  });

  it('W12: compares numbers of any size', () => {
    expect(negotiate('99999999999')).to.deep.equal({ error: 'cdi-version 99999999999 not supported' });
    expect(negotiate('5.10', { versionFree: true })).to.deep.equal({ error: 'cdi-version 5.10 not supported' });
    expect(negotiate(`5.${'0'.repeat(500)}4`, { versionFree: true })).to.deep.equal({ version: '5.4' });
    expect(negotiate('5.6.0.0.1', { versionFree: true })).to.have.property('error');
  });
});

describe('atLeast', () => {
  it('orders versions as they are listed', () => {
    for (const [i, version] of CDI_VERSIONS.entries()) {
      for (const [j, floor] of CDI_VERSIONS.entries()) expect(atLeast(version, floor)).to.equal(i >= j);
    }
  });
});
