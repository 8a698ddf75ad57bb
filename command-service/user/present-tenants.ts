import { tenantAt } from '../../domain/tenancy/app.js';
import { nameOfIncarnation } from '../../domain/tenancy/keys.js';
import type { Target } from '../command.js';
import { loadApp } from '../tenancy/tenancy-streams.js';
import type { Tx } from '../unit-of-work.js';

/** Those of a login method's tenants that have not been removed since, by the app's own stream. */
export async function presentTenants(tx: Tx, target: Target, tenantKeys: readonly string[]): Promise<string[]> {
  const app = await loadApp(tx, target);
  return tenantKeys.filter((key) => tenantAt(app, { tenantId: nameOfIncarnation(key) })?.tenantKey === key);
}
