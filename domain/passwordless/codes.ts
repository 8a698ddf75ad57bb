import { accept, type Decision, unchanged } from '../event.js';
import { type Contact, type Device, type DeviceState, isExpired } from './device.js';
import {
  type DeviceEvent,
  type DiscardReason,
  PasswordlessCodeIssued,
  PasswordlessCodeRevoked,
  PasswordlessDeviceCreated,
  PasswordlessDeviceDiscarded,
} from './events.js';

/** How many codes a device has at once, a limit of our own: the oldest makes way for a new one. */
export const MAX_CODES_PER_DEVICE = 100;

export interface NewCode {
  readonly codeId: string;
  readonly linkCodeHash: string;
  /** ms since the epoch. */
  readonly at: number;
}

export interface NewDevice {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly deviceIdHash: string;
  readonly contact: Contact;
  /** Base64. */
  readonly linkCodeSalt: string;
}

/** Begins a login attempt with its first code (40-thirdparty-passwordless.md 5.1). */
export function createDevice(device: NewDevice, code: NewCode): readonly DeviceEvent[] {
  const { appKey: app, tenantKey: tenant, deviceIdHash, contact, linkCodeSalt } = device;
  const facts = { app, tenant, deviceIdHash, at: code.at };
  const email = contact.kind === 'email' ? contact.value : null;
  const phoneNumber = contact.kind === 'phone' ? contact.value : null;
  return [
    PasswordlessDeviceCreated({ ...facts, email, phoneNumber, linkCodeSalt }),
    PasswordlessCodeIssued({ ...facts, codeId: code.codeId, linkCodeHash: code.linkCodeHash }),
  ];
}

export type AddCodeResult = {
  readonly status: 'OK' | 'RESTART_FLOW_ERROR' | 'USER_INPUT_CODE_ALREADY_USED_ERROR';
};

/**
 * Adds a code to a device. One that it has already, be it expired, is refused; failed attempts go on counting
 * (40-thirdparty-passwordless.md 5.1).
 */
export function addCode(device: DeviceState, code: NewCode): Decision<AddCodeResult, DeviceEvent> {
  if (!device) return unchanged({ status: 'RESTART_FLOW_ERROR' });
  const { codeId, linkCodeHash, at } = code;
  if (device.codes.some((known) => known.linkCodeHash === linkCodeHash))
    return unchanged({ status: 'USER_INPUT_CODE_ALREADY_USED_ERROR' });
  const surplus = device.codes.slice(0, Math.max(0, device.codes.length + 1 - MAX_CODES_PER_DEVICE));
  return accept<AddCodeResult, DeviceEvent>(
    { status: 'OK' },
    ...surplus.map((oldest) => PasswordlessCodeRevoked({ ...factsOf(device, at), codeId: oldest.codeId })),
    PasswordlessCodeIssued({ ...factsOf(device, at), codeId, linkCodeHash }),
  );
}

/** Removes a code, and the device with its last one (40-thirdparty-passwordless.md 5.6). */
export function removeCode(device: DeviceState, codeId: string, at: number): readonly DeviceEvent[] {
  if (!device?.codes.some((code) => code.codeId === codeId)) return [];
  if (device.codes.length === 1) return discard(device, 'revoked', at);
  return [PasswordlessCodeRevoked({ ...factsOf(device, at), codeId })];
}

/** Ends a login attempt. Nothing to do if it is over. */
export function discard(device: DeviceState, reason: DiscardReason, at: number): readonly DeviceEvent[] {
  return device ? [PasswordlessDeviceDiscarded({ ...factsOf(device, at), reason })] : [];
}

/**
 * Ends a login attempt all of whose codes have expired. Single expired codes of another one stay, so that to type one is
 * answered as expired (40-thirdparty-passwordless.md 6).
 *
 * @param lifetimeMs of codes in the device's tenant; null: the tenant is gone
 */
export function expire(device: DeviceState, lifetimeMs: number | null, at: number): readonly DeviceEvent[] {
  const isOver = lifetimeMs === null || device?.codes.every((code) => isExpired(code, lifetimeMs, at));
  return isOver ? discard(device, 'expired', at) : [];
}

/** What every event of a device says. */
export function factsOf(device: Device, at: number) {
  return { app: device.appKey, tenant: device.tenantKey, deviceIdHash: device.deviceIdHash, at };
}
