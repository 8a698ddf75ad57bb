import { query } from '../query.js';

export interface DeviceOfCodeInput {
  readonly appKey: string;
  readonly tenantKey: string;
  /** What is known of the code. */
  readonly code: { readonly codeId: string } | { readonly linkCodeHash: string };
}

/** The hash of the id of the device that a code may belong to, or null: a candidate for that device's stream to confirm. */
export const deviceOfCode = query<DeviceOfCodeInput, string | null>(
  'DeviceOfPasswordlessCode',
  async ({ directory }, { appKey, tenantKey, code }) => {
    const codes = directory
      .selectFrom('passwordless_codes')
      .select('device_id_hash')
      .where('app_key', '=', appKey)
      .where('tenant_key', '=', tenantKey);
    const found =
      'codeId' in code
        ? codes.where('code_id', '=', code.codeId)
        : codes.where('link_code_hash', '=', code.linkCodeHash);
    return (await found.executeTakeFirst())?.device_id_hash ?? null;
  },
);
