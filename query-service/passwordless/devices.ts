import type { Contact } from '../../domain/passwordless/device.js';
import { query } from '../query.js';

export interface DevicesInput {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly of: { readonly contact: Contact } | { readonly deviceIdHash: string };
}

export interface CodeRecord {
  readonly codeId: string;
  /** ms since the epoch. */
  readonly timeCreated: number;
}

export interface DeviceRecord {
  readonly preAuthSessionId: string;
  readonly failedCodeInputAttemptCount: number;
  readonly email: string | null;
  readonly phoneNumber: string | null;
  /** In order of creation. */
  readonly codes: readonly CodeRecord[];
}

/** The login attempts of a contact, or the one of a device, in order of creation (40-thirdparty-passwordless.md 5.5). */
export const passwordlessDevices = query<DevicesInput, readonly DeviceRecord[]>(
  'PasswordlessDevices',
  async ({ directory }, { appKey, tenantKey, of }) => {
    const tenant = { app_key: appKey, tenant_key: tenantKey };
    const devices = directory
      .selectFrom('passwordless_devices')
      .select(['device_id_hash', 'failed_attempts', 'email', 'phone_number'])
      .where((eb) => eb.and(tenant))
      .orderBy('position');
    const rows = await ('contact' in of
      ? devices.where(of.contact.kind === 'email' ? 'email' : 'phone_number', '=', of.contact.value)
      : devices.where('device_id_hash', '=', of.deviceIdHash)
    ).execute();
    if (rows.length === 0) return [];
    const codes = await directory
      .selectFrom('passwordless_codes')
      .select(['device_id_hash', 'code_id', 'created_at'])
      .where((eb) => eb.and(tenant))
      .where(
        'device_id_hash',
        'in',
        rows.map((row) => row.device_id_hash),
      )
      .orderBy('position')
      .execute();
    return rows.map((row) => ({
      preAuthSessionId: row.device_id_hash,
      failedCodeInputAttemptCount: row.failed_attempts,
      email: row.email,
      phoneNumber: row.phone_number,
      codes: codes
        .filter((code) => code.device_id_hash === row.device_id_hash)
        .map((code) => ({ codeId: code.code_id, timeCreated: code.created_at })),
    }));
  },
);
