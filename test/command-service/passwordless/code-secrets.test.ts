import { expect } from 'chai';
import {
  hashOfDeviceId,
  hashOfLinkCode,
  linkCodeOf,
  newUserInputCode,
} from '../../../command-service/passwordless/code-secrets.js';

const bytesFrom = (first: number) => Buffer.from(Array.from({ length: 32 }, (_, index) => first + index));
const DEVICE_ID = bytesFrom(0x00);
const SALT = bytesFrom(0x80);

describe('the secrets of codes (40-thirdparty-passwordless.md 4.2)', () => {
  it('case 28: the test vector', () => {
    expect(hashOfDeviceId(DEVICE_ID)).to.equal('Yw3NKWbEM2aRElRIu7JbT_QSpJxzLbLIq8G4WBvXEN0');
    const linkCode = linkCodeOf(DEVICE_ID, SALT, '482913');
    expect(linkCode.toString('base64url')).to.equal('BouY-xj-SfN_yE0LzijHlGxAx3qttemd60786aGgnQs');
    expect(hashOfLinkCode(linkCode)).to.equal('fXrkRfu_IMoeDuKDQ3WmTxOnB7mvU4apmd5VxM8al2A');
    const codes = {
      codeYcode: 'TNYY3Np0FfaF8nvphGV3KFHCmBA6fdfq10C_mXqYtRw',
      '': 'yNehi1cox-YD2ucIA5n7yjzKJHL0hq7eER8cFXcPDcg',
    };
    for (const [code, expected] of Object.entries(codes))
      expect(linkCodeOf(DEVICE_ID, SALT, code).toString('base64url'), code).to.equal(expected);
  });

  it('a drawn code has six digits, leading zeros included, and no code is likelier than another', () => {
    const drawnFrom = (...numbers: number[]) =>
      newUserInputCode(() => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(numbers.shift() ?? 0);
        return bytes;
      });
    expect(drawnFrom(42)).to.equal('000042');
    expect(drawnFrom(4_293_999_999)).to.equal('999999');
    expect(drawnFrom(4_294_000_000, 2 ** 32 - 1, 7)).to.equal('000007');
  });
});
