import { expect } from 'chai';
import { createDevice, discard } from '../../domain/passwordless/codes.js';
import { PasswordlessDevice } from '../../domain/passwordless/device.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';
import type { Keyring } from '../../infra/ports/keyring.js';
import { erasureView } from '../../projections/erasure/view.js';
import { folded } from '../domain/given.js';

describe('erasure of passwordless logins', () => {
  it('destroys the key that sealed a device, and forgets what it opened, when the device ends', async () => {
    const contact = { kind: 'phone', value: '+442071838750' } as const;
    const device = folded(
      PasswordlessDevice,
      undefined,
      createDevice(
        { appKey: 'public', tenantKey: 't1~2', deviceIdHash: 'hash', contact, linkCodeSalt: 'c2FsdA==' },
        { codeId: 'id', linkCodeHash: 'link', at: 1 },
      ),
    );
    const subject = PasswordlessDevice.subject(device);
    const destroyed: string[] = [];
    const forgotten: boolean[] = [];
    const keyring = {
      destroy: async (erased: string) => {
        destroyed.push(erased);
        return true;
      },
    } as Partial<Keyring> as Keyring;
    for (const event of discard(device, 'consumed', 2)) {
      const erasing = {
        keyring,
        onErased: (isErased: (subject: string) => boolean) => forgotten.push(isErased(subject ?? '')),
      };
      await erasureView.handlers.get(event.type)?.(erasing, event as unknown as StoredEvent);
    }
    expect(destroyed).to.deep.equal([subject]);
    expect(forgotten).to.deep.equal([true]);
  });
});
