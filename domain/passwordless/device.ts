import type { Aggregate, StreamId } from '../event.js';
import type { AccountInfo } from '../user/login-method.js';
import { type DeviceEvent, deviceEvents } from './events.js';

/** Where codes are sent: an email or a phone number, normalised. */
export type Contact = AccountInfo & { readonly kind: 'email' | 'phone' };

export interface Code {
  readonly codeId: string;
  readonly linkCodeHash: string;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** A login attempt that is under way (40-thirdparty-passwordless.md 4.1). */
export interface Device {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly deviceIdHash: string;
  readonly contact: Contact;
  /** Base64. */
  readonly linkCodeSalt: string;
  readonly failedAttempts: number;
  /** In the order in which they were made; never empty. */
  readonly codes: readonly Code[];
}

/** A device, or undefined where there is none: unknown, or over. */
export type DeviceState = Device | undefined;

/** The stream of a device. A device is known in its own tenant only. */
export function deviceStream(appKey: string, tenantKey: string, deviceIdHash: string): StreamId {
  return { category: 'device', path: [appKey, tenantKey], hashed: [deviceIdHash] };
}

/** Whose key seals a device's data: a device may be there before any user is, and ends before the user does. */
export function deviceSubject(appKey: string, tenantKey: string, deviceIdHash: string): string {
  return `device:${appKey}:${tenantKey}:${deviceIdHash}`;
}

export const PasswordlessDevice: Aggregate<DeviceState, DeviceEvent> = {
  category: 'device',
  events: deviceEvents,
  initial: undefined,
  evolve(state, event) {
    switch (event.type) {
      case 'PasswordlessDeviceCreated': {
        const { app: appKey, tenant: tenantKey, deviceIdHash, linkCodeSalt } = event.data;
        const contact = contactOf(event.data);
        return contact && { appKey, tenantKey, deviceIdHash, contact, linkCodeSalt, failedAttempts: 0, codes: [] };
      }
      case 'PasswordlessCodeIssued': {
        const { codeId, linkCodeHash, at } = event.data;
        return state && { ...state, codes: [...state.codes, { codeId, linkCodeHash, createdAt: at }] };
      }
      case 'PasswordlessCodeAttemptFailed':
        return state && { ...state, failedAttempts: event.data.failedAttempts };
      case 'PasswordlessCodeRevoked':
        return state && { ...state, codes: state.codes.filter((code) => code.codeId !== event.data.codeId) };
      case 'PasswordlessDeviceDiscarded':
        return undefined;
    }
  },
  subject: (state) => state && deviceSubject(state.appKey, state.tenantKey, state.deviceIdHash),
};

/** The contact that an event names; undefined once it is erased. */
export function contactOf({
  email,
  phoneNumber,
}: {
  readonly email: string | null;
  readonly phoneNumber: string | null;
}): Contact | undefined {
  if (email !== null) return { kind: 'email', value: email };
  return phoneNumber === null ? undefined : { kind: 'phone', value: phoneNumber };
}

/** Whether a code's time is over: at the very end of its lifetime it is not (40-thirdparty-passwordless.md 5.2). */
export function isExpired(code: Code, lifetimeMs: number, at: number): boolean {
  return code.createdAt < at - lifetimeMs;
}
