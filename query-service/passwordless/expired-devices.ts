import { tenantAt } from '../../domain/tenancy/app.js';
import { nameOfIncarnation } from '../../domain/tenancy/keys.js';
import { type QueryDeps, query } from '../query.js';

export interface ExpiredDevicesInput {
  readonly appKey: string;
  /** How many at most. */
  readonly limit: number;
}

export interface ExpiredDevice {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly deviceIdHash: string;
  /** How long codes live in its tenant, in ms; null: the tenant is gone. */
  readonly lifetimeMs: number | null;
}

/** Login attempts of an app whose last code has expired, or whose tenant is gone (40-thirdparty-passwordless.md 6, 7). */
export const expiredPasswordlessDevices = query<ExpiredDevicesInput, readonly ExpiredDevice[]>(
  'ExpiredPasswordlessDevices',
  async (deps, { appKey, limit }) => {
    const tenants = await deps.directory
      .selectFrom('passwordless_devices')
      .select('tenant_key')
      .distinct()
      .where('app_key', '=', appKey)
      .execute();
    const expired: ExpiredDevice[] = [];
    for (const { tenant_key: tenantKey } of tenants) {
      const lifetimeMs = codeLifetime(deps, appKey, tenantKey);
      const rows = await deps.directory
        .selectFrom('passwordless_devices')
        .select('device_id_hash')
        .where('app_key', '=', appKey)
        .where('tenant_key', '=', tenantKey)
        .where('last_code_at', '<', lifetimeMs === null ? Number.MAX_SAFE_INTEGER : deps.now() - lifetimeMs)
        .limit(limit - expired.length)
        .execute();
      expired.push(...rows.map((row) => ({ appKey, tenantKey, deviceIdHash: row.device_id_hash, lifetimeMs })));
      if (expired.length >= limit) break;
    }
    return expired;
  },
);

function codeLifetime({ registry }: QueryDeps, appKey: string, tenantKey: string): number | null {
  const app = registry.appByKey(appKey);
  const tenantId = nameOfIncarnation(tenantKey);
  if (!app || tenantAt(app.state, { tenantId })?.tenantKey !== tenantKey) return null;
  const effective = registry.config({ cud: app.cud, appId: app.appId, tenantId });
  return effective.status === 'OK' ? effective.config.passwordless_code_lifetime : null;
}
