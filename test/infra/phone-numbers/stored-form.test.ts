import { expect } from 'chai';
import { normalisePhoneNumber } from '../../../domain/passwordless/phone-number.js';
import { phoneNumbers } from '../../../infra/phone-numbers/google-libphonenumber.js';

const { e164 } = phoneNumbers();
const stored = (text: string) => normalisePhoneNumber(text, e164);

describe('the stored form of phone numbers (40-thirdparty-passwordless.md 1.3)', () => {
  const examples: readonly (readonly [string, string])[] = [
    ['+44-207 183 8750', '+442071838750'],
    ['+640223334444', '+64223334444'],
    ['+44 (0) 20 7183 8750', '+442071838750'],
    ['+1-800-FLOWERS', '+18003569377'],
    [' +1 (415) 555-2671 ext 5', '+14155552671'],
    ['00442071838750', '00442071838750'],
    ['4155552671', '4155552671'],
    ['0170 1234567', '0170 1234567'],
    ['phone!', 'phone!'],
    ['  bob@x.de  ', 'bob@x.de'],
    [' \t\n ', ''],
    // Italian numbers keep their zero; an Argentine mobile number has a 15 that becomes a 9 up front.
    ['+39 06 698 12345', '+390669812345'],
    ['+54 0 2982 15 123456', '+5492982123456'],
    ['＋44 20 7183 8750', '+442071838750'],
    ['+١٢١٢٥٥٥٠١٢٣', '+12125550123'],
    ['tel:+44-20-7183-8750', '+442071838750'],
    ['020 7183 8750;phone-context=+44', '+442071838750'],
    ['+1 000', '+1000'],
    ['+999 12345678', '+999 12345678'],
    ['+44', '+44'],
  ];

  for (const [given, expected] of examples)
    it(`${JSON.stringify(given)} is stored as ${JSON.stringify(expected)}`, () => {
      expect(stored(given)).to.equal(expected);
      expect(stored(expected)).to.equal(expected);
    });

  it('leaves numbers alone that are too long for any country: their last digits would be lost', () => {
    for (const number of ['+49 12345678901234567', '+49 12345678901234568', `+1${'2'.repeat(40)}`])
      expect(stored(number)).to.equal(number);
    expect(stored('+49 123456789012345')).to.equal('+49123456789012345');
  });

  it('leaves very long text alone', () => {
    for (const long of [`+1${'2'.repeat(100_000)}!`, `${'+'.repeat(100_000)}1`, `+1${' x5'.repeat(50_000)}`])
      expect(stored(long)).to.equal(long);
  });
});
