import { expect } from 'chai';
import type { CommandContext, Target } from '../../../command-service/command.js';
import { checkPresentedCode, type PresentedCodeInput } from '../../../command-service/passwordless/presented-code.js';
import type { Tx } from '../../../command-service/unit-of-work.js';
import { createDevice } from '../../../domain/passwordless/codes.js';
import { PasswordlessDevice } from '../../../domain/passwordless/device.js';
import { DEVICE, EMAIL, LIFETIME, T0 } from '../../domain/passwordless/fixtures.js';

const target: Target = { cud: '', appId: 'public', tenantId: 't1', appKey: 'public', tenantKey: 't1' };

/** The test vector of 40-thirdparty-passwordless.md 4.2; the device's public hash is that of the fixtures. */
const VECTOR = {
  deviceId: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  salt: Buffer.from(Array.from({ length: 32 }, (_, index) => 0x80 + index)).toString('base64'),
  userInputCode: '482913',
  linkCode: 'BouY-xj-SfN_yE0LzijHlGxAx3qttemd60786aGgnQs',
  linkCodeHash: 'fXrkRfu_IMoeDuKDQ3WmTxOnB7mvU4apmd5VxM8al2A',
};

describe('a code that is presented to a stored device (40-thirdparty-passwordless.md 5.2)', () => {
  const device = createDevice(
    { appKey: 'public', tenantKey: 't1', deviceIdHash: DEVICE, contact: EMAIL, linkCodeSalt: VECTOR.salt },
    { codeId: 'id', linkCodeHash: VECTOR.linkCodeHash, at: T0 },
  ).reduce(PasswordlessDevice.evolve, PasswordlessDevice.initial);

  /** What a code comes to, and the events of it. */
  async function presented(code: PresentedCodeInput['code']): Promise<readonly unknown[]> {
    const appended: unknown[] = [];
    const tx = {
      load: async () => device,
      append: (_aggregate: unknown, _stream: unknown, events: readonly unknown[]) => appended.push(...events),
    } as unknown as Tx;
    const config = { passwordless_max_code_input_attempts: 5, passwordless_code_lifetime: LIFETIME };
    const context = { registry: { config: () => ({ status: 'OK', config }) } } as unknown as CommandContext;
    const { status } = await checkPresentedCode(tx, context, { target, preAuthSessionId: DEVICE, code }, T0);
    return [status, appended.length];
  }

  it('case 28: the link and the code of the test vector are right', async () => {
    expect(await presented({ linkCode: VECTOR.linkCode, candidate: null })).to.deep.equal(['OK', 0]);
    const { deviceId, userInputCode } = VECTOR;
    expect(await presented({ deviceId, userInputCode })).to.deep.equal(['OK', 0]);
  });

  it('case 28: another code is wrong, and counted', async () => {
    expect(await presented({ deviceId: VECTOR.deviceId, userInputCode: '482914' })).to.deep.equal([
      'INCORRECT_USER_INPUT_CODE_ERROR',
      1,
    ]);
  });
});
