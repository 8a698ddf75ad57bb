import { expect } from 'chai';
import { CDI_VERSIONS, compareVersions, isVersionText } from '../../../domain/config/cdi-versions.js';

describe('CDI versions (00-conventions.md 4)', () => {
  it('are ascending', () => {
    expect(CDI_VERSIONS.toSorted(compareVersions)).to.deep.equal(CDI_VERSIONS);
  });

  it('compare by number, missing components being 0', () => {
    expect(compareVersions('5.10', '5.9')).to.equal(1);
    expect(compareVersions('5.4.0', '5.4')).to.equal(0);
    expect(compareVersions('4', '4.1')).to.equal(-1);
  });

  it('W12: may have components of any size', () => {
    expect(compareVersions('99999999999', '5.6')).to.equal(1);
    expect(compareVersions('9007199254740993', '9007199254740992')).to.equal(1);
  });

  it('case 13: have numbers between dots', () => {
    for (const text of ['abc', '1..0', '2,7', '5.x', '', '5.', ' 5.4'])
      expect(isVersionText(text), text).to.equal(false);
    expect(isVersionText('5.4')).to.equal(true);
  });
});
