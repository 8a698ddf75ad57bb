import { accept, type Decision, unchanged } from '../event.js';
import { type AppState, tenantAt } from './app.js';
import { type AppEvent, ThirdPartyProviderConfigured, ThirdPartyProviderRemoved } from './events.js';
import { type TenantAddress, tenantNotFound } from './ids.js';
import { jsonEqual } from './json.js';
import { checkProvider, type ProviderRequest } from './provider-config.js';
import type { Refusal } from './result.js';

/** The tenant of the path, the state of its app, and the time in ms since the epoch. */
interface ProviderTarget {
  readonly target: TenantAddress;
  readonly app: AppState;
  readonly at: number;
}

export type ConfigureProviderResult = { readonly status: 'OK'; readonly createdNew: boolean } | Refusal;
export type RemoveProviderResult = { readonly status: 'OK'; readonly didConfigExist: boolean } | Refusal;

/**
 * Adds a provider to a tenant or replaces it as a whole (10-multitenancy.md 8.1 from the unknown tenant on; the steps
 * before are `readProviderRequest`). Only this provider is validated (M6), and the unchanged overrides are not.
 */
export function configureProvider(
  { target, app, at }: ProviderTarget,
  request: ProviderRequest,
): Decision<ConfigureProviderResult, AppEvent> {
  const tenant = tenantAt(app, target);
  if (!tenant) return unchanged(tenantNotFound(target));
  const provider = checkProvider(request);
  if (provider.status !== 'OK') return unchanged(provider);
  const { thirdPartyId } = request;
  const existing = tenant.providers.get(thirdPartyId);
  const result = { status: 'OK', createdNew: existing === undefined } as const;
  if (jsonEqual(existing, provider.value)) return unchanged(result);
  return accept(
    result,
    ThirdPartyProviderConfigured({
      ...target,
      appKey: app.appKey,
      tenantKey: tenant.tenantKey,
      thirdPartyId,
      validationSkipped: request.skipValidation,
      provider: JSON.stringify(provider.value),
      at,
    }),
  );
}

/** Removes a provider from a tenant (8.2); `thirdPartyId` from `readThirdPartyId`. */
export function removeProvider(
  { target, app, at }: ProviderTarget,
  thirdPartyId: string,
): Decision<RemoveProviderResult, AppEvent> {
  const tenant = tenantAt(app, target);
  if (!tenant) return unchanged(tenantNotFound(target));
  if (!tenant.providers.has(thirdPartyId)) return unchanged({ status: 'OK', didConfigExist: false });
  const { tenantKey } = tenant;
  return accept(
    { status: 'OK', didConfigExist: true },
    ThirdPartyProviderRemoved({ ...target, appKey: app.appKey, tenantKey, thirdPartyId, at }),
  );
}
