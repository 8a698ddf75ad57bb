import type { TenantAddress } from '../../domain/tenancy/ids.js';
import { entriesOf } from '../../domain/tenancy/persistent-map.js';
import type { Logger } from '../../infra/ports/logger.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';

/** Warns of tenants whose stored overrides are invalid: they are not served (00-conventions.md 15). */
export function reportInvalidTenants(registry: TenancyRegistry, logger: Logger): void {
  for (const cud of registry.connectionUriDomains()) {
    for (const { appId, state } of registry.apps(cud)) {
      for (const [tenantId] of entriesOf(state.tenants)) {
        const address: TenantAddress = { cud, appId, tenantId };
        const config = registry.config(address);
        if (config.status === 'OK') continue;
        logger.error({ ...address, reason: config.message }, 'this tenant is not served: its stored config is invalid');
      }
    }
  }
}
