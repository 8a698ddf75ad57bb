import { discard, removeCode } from '../../domain/passwordless/codes.js';
import { type Contact, deviceStream, PasswordlessDevice } from '../../domain/passwordless/device.js';
import { command, type Target } from '../command.js';
import { discardDevicesOf } from './devices.js';

export interface RemoveCodeInput {
  readonly target: Target;
  /** The device that has it, by the hash of its id: a candidate, its stream decides. */
  readonly deviceIdHash: string;
  readonly codeId: string;
}

/** Removes one code, and its device with the last one (40-thirdparty-passwordless.md 5.6). An unknown one is no error. */
export const removePasswordlessCode = command<RemoveCodeInput, null>(
  'RemovePasswordlessCode',
  (context, { target: { appKey, tenantKey }, deviceIdHash, codeId }) =>
    context.transact(async (tx) => {
      const id = deviceStream(appKey, tenantKey, deviceIdHash);
      tx.append(PasswordlessDevice, id, removeCode(await tx.load(PasswordlessDevice, id), codeId, context.now()));
      return null;
    }),
);

export interface RemoveDeviceInput {
  readonly target: Target;
  readonly deviceIdHash: string;
}

/** Ends one login attempt, whatever is left of it (40-thirdparty-passwordless.md 5.6). */
export const removePasswordlessDevice = command<RemoveDeviceInput, null>(
  'RemovePasswordlessDevice',
  (context, { target: { appKey, tenantKey }, deviceIdHash }) =>
    context.transact(async (tx) => {
      const id = deviceStream(appKey, tenantKey, deviceIdHash);
      tx.append(PasswordlessDevice, id, discard(await tx.load(PasswordlessDevice, id), 'revoked', context.now()));
      return null;
    }),
);

export interface RemoveCodesInput {
  readonly target: Target;
  readonly contact: Contact;
}

/** Ends all login attempts of a contact in the tenant (40-thirdparty-passwordless.md 5.7). */
export const removePasswordlessCodes = command<RemoveCodesInput, null>(
  'RemovePasswordlessCodes',
  (context, { target: { appKey, tenantKey }, contact }) =>
    context.transact(async (tx) => {
      await discardDevicesOf(tx, { appKey, tenantKey, contacts: [contact] }, 'revoked', context.now());
      return null;
    }),
);
