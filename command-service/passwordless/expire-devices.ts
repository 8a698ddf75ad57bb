import { expire } from '../../domain/passwordless/codes.js';
import { deviceStream, PasswordlessDevice } from '../../domain/passwordless/device.js';
import { command } from '../command.js';

/** A device that may be over, by the hash of its id. */
export interface ExpirableDevice {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly deviceIdHash: string;
  /** How long codes live in its tenant, in ms; null: the tenant is gone. */
  readonly lifetimeMs: number | null;
}

export interface ExpireDevicesInput {
  readonly devices: readonly ExpirableDevice[];
}

/** Ends those of the devices all of whose codes have expired, in one append (40-thirdparty-passwordless.md 6). */
export const expirePasswordlessDevices = command<ExpireDevicesInput, null>(
  'ExpirePasswordlessDevices',
  (context, { devices }) =>
    context.transact(async (tx) => {
      const at = context.now();
      for (const { appKey, tenantKey, deviceIdHash, lifetimeMs } of devices) {
        const id = deviceStream(appKey, tenantKey, deviceIdHash);
        const events = expire(await tx.load(PasswordlessDevice, id), lifetimeMs, at);
        tx.append(PasswordlessDevice, id, events);
      }
      return null;
    }),
);
