import { discard } from '../../domain/passwordless/codes.js';
import { contactStream, detachDevices, PasswordlessContact } from '../../domain/passwordless/contact.js';
import { type Contact, deviceStream, PasswordlessDevice } from '../../domain/passwordless/device.js';
import type { DiscardReason } from '../../domain/passwordless/events.js';
import type { Tx } from '../unit-of-work.js';

/** Contacts in one tenant of an app. */
export interface ContactsInTenant {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly contacts: readonly Contact[];
}

/**
 * Ends all login attempts of contacts in a tenant, in the caller's append, so that none of their codes can be used.
 *
 * @param at ms since the epoch
 */
export async function discardDevicesOf(
  tx: Tx,
  { appKey, tenantKey, contacts }: ContactsInTenant,
  reason: DiscardReason,
  at: number,
): Promise<void> {
  for (const contact of contacts) {
    const contactId = contactStream(appKey, tenantKey, contact);
    const state = await tx.load(PasswordlessContact, contactId);
    const deviceIds = state.devices.map((hash) => deviceStream(appKey, tenantKey, hash));
    const devices = await Promise.all(deviceIds.map((id) => tx.load(PasswordlessDevice, id)));
    for (const [index, id] of deviceIds.entries())
      tx.append(PasswordlessDevice, id, discard(devices[index], reason, at));
    tx.append(PasswordlessContact, contactId, detachDevices(state, at));
  }
}
