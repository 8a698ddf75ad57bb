import type { CoreConfig } from '../../domain/config/options.js';
import type { TenantAddress } from '../../domain/tenancy/ids.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';

/** The effective config of a tenant that the gateway let through, which is a valid one. */
export function configOf(registry: TenancyRegistry, address: TenantAddress): CoreConfig {
  const effective = registry.config(address);
  if (effective.status !== 'OK') throw new Error(`the stored config of this tenant is invalid: ${effective.message}`);
  return effective.config;
}
