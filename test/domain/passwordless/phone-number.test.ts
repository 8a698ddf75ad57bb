import { expect } from 'chai';
import { normalisePhoneNumber } from '../../../domain/passwordless/phone-number.js';

describe('the stored form of phone numbers, whoever reads them', () => {
  it('is what the reader makes of the trimmed text', () => {
    expect(normalisePhoneNumber(' \t+1 (2)\n', (text) => `<${text}>`)).to.equal('<+1 (2)>');
  });

  it('is the trimmed text if that is no number to the reader', () => {
    expect(normalisePhoneNumber(' phone!\n', () => undefined)).to.equal('phone!');
  });

  it('keeps spaces that are none to the reference', () => {
    expect(normalisePhoneNumber('\u00a0phone ', () => undefined)).to.equal('\u00a0phone');
  });
});
