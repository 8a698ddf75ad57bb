import { tenantNotFound } from '../../domain/tenancy/ids.js';
import type { BadInput } from '../../domain/tenancy/result.js';
import type { TenancyRegistry } from '../../infra/ports/tenancy-registry.js';
import type { Target } from '../command.js';

/** The key of the tenant that a token names in the app it was presented to, or the 400 of an unknown one. */
export function presentTenant(
  registry: TenancyRegistry,
  { cud, appId }: Target,
  tenantId: string,
): { readonly status: 'OK'; readonly tenantKey: string } | BadInput {
  const address = { cud, appId, tenantId };
  const tenant = registry.tenant(address);
  return tenant ? { status: 'OK', tenantKey: tenant.tenantKey } : tenantNotFound(address);
}
