import type { Transaction } from 'kysely';
import {
  PasswordlessCodeAttemptFailed,
  PasswordlessCodeIssued,
  PasswordlessCodeRevoked,
  PasswordlessDeviceCreated,
  PasswordlessDeviceDiscarded,
} from '../../domain/passwordless/events.js';
import { on } from '../runner/view.js';
import { sortablePosition } from './sortable-position.js';
import type { DirectoryTables } from './tables.js';

type Tx = Transaction<DirectoryTables>;

function keyOf(data: { readonly app: string; readonly tenant: string; readonly deviceIdHash: string }) {
  return { app_key: data.app, tenant_key: data.tenant, device_id_hash: data.deviceIdHash };
}

/** Passwordless devices and their codes. Those that are over leave no rows behind. */
export const deviceHandlers = [
  on(PasswordlessDeviceCreated, async (tx: Tx, data, event) => {
    if (event.erased) return;
    const { email, phoneNumber, at } = data;
    const facts = { email, phone_number: phoneNumber, failed_attempts: 0, last_code_at: at };
    await tx
      .insertInto('passwordless_devices')
      .values({ ...keyOf(data), ...facts, position: sortablePosition(event.position) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }),
  on(PasswordlessCodeIssued, async (tx: Tx, data, event) => {
    if (event.erased) return;
    const { codeId, linkCodeHash, at } = data;
    const facts = { code_id: codeId, link_code_hash: linkCodeHash, created_at: at };
    await tx
      .insertInto('passwordless_codes')
      .values({ ...keyOf(data), ...facts, position: sortablePosition(event.position) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx
      .updateTable('passwordless_devices')
      .set({ last_code_at: at })
      .where((eb) => eb.and(keyOf(data)))
      .execute();
  }),
  on(PasswordlessCodeAttemptFailed, async (tx: Tx, data) => {
    await tx
      .updateTable('passwordless_devices')
      .set({ failed_attempts: data.failedAttempts })
      .where((eb) => eb.and(keyOf(data)))
      .execute();
  }),
  on(PasswordlessCodeRevoked, async (tx: Tx, { app, tenant, codeId }) => {
    await tx
      .deleteFrom('passwordless_codes')
      .where((eb) => eb.and({ app_key: app, tenant_key: tenant, code_id: codeId }))
      .execute();
  }),
  on(PasswordlessDeviceDiscarded, async (tx: Tx, data) => {
    for (const table of ['passwordless_codes', 'passwordless_devices'] as const)
      await tx
        .deleteFrom(table)
        .where((eb) => eb.and(keyOf(data)))
        .execute();
  }),
];
