import { expect } from 'chai';
import { normalisePhoneNumber } from '../../../domain/passwordless/phone-number.js';

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
    ['+39 06 698 12345', '+390669812345'],
    ['+999 12345678', '+999 12345678'],
    ['+44', '+44'],
  ];

  for (const [given, stored] of examples)
    it(`${JSON.stringify(given)} is stored as ${JSON.stringify(stored)}`, () => {
      expect(normalisePhoneNumber(given)).to.equal(stored);
      expect(normalisePhoneNumber(stored)).to.equal(stored);
    });

  it('leaves very long text alone', () => {
    const long = `+1${'2'.repeat(100_000)}!`;
    expect(normalisePhoneNumber(long)).to.equal(long);
    expect(normalisePhoneNumber(`+1${'2'.repeat(40)}`)).to.equal(`+1${'2'.repeat(40)}`);
  });
});
