import type { Aggregate, StreamId } from '../event.js';
import type { Contact } from './device.js';
import { type ContactEvent, contactEvents, PasswordlessDeviceAttached, PasswordlessDevicesDetached } from './events.js';

/** How many devices a contact has at once in a tenant, a limit of our own: the oldest makes way for a new one. */
export const MAX_DEVICES_PER_CONTACT = 50;

/** The devices that were made for a contact in a tenant, in order; some may be over. */
export interface ContactState {
  readonly devices: readonly string[];
}

/** The stream of a contact in a tenant: what happens to all its devices at once is decided here. */
export function contactStream(appKey: string, tenantKey: string, { kind, value }: Contact): StreamId {
  return { category: 'contact', path: [appKey, tenantKey], hashed: [kind, value] };
}

export const PasswordlessContact: Aggregate<ContactState, ContactEvent> = {
  category: 'contact',
  events: contactEvents,
  initial: { devices: [] },
  evolve(state, event) {
    if (event.type === 'PasswordlessDevicesDetached') return { devices: [] };
    return { devices: [...state.devices, event.data.deviceIdHash].slice(-MAX_DEVICES_PER_CONTACT) };
  },
  subject: () => undefined,
};

/** Adds a device to a contact. `superseded` is the one that makes way for it, if one must. */
export function attachDevice(
  contact: ContactState,
  deviceIdHash: string,
  at: number,
): { readonly events: readonly ContactEvent[]; readonly superseded: string | undefined } {
  const isFull = contact.devices.length === MAX_DEVICES_PER_CONTACT;
  return {
    events: [PasswordlessDeviceAttached({ deviceIdHash, at })],
    superseded: isFull ? contact.devices[0] : undefined,
  };
}

/** Takes all devices from a contact. Nothing to do if it has none. */
export function detachDevices(contact: ContactState, at: number): readonly ContactEvent[] {
  return contact.devices.length > 0 ? [PasswordlessDevicesDetached({ at })] : [];
}
