import { visibleOverrides } from '../config/protected-options.js';
import type { Tenant } from './app.js';
import { shownFirstFactors } from './factor-request.js';
import { type FactorEra, isRecipeEnabled, type TenantApi, type TenantFactors } from './factors.js';
import type { JsonObject, JsonValue } from './json.js';

/**
 * A tenant row as the API shows it (10-multitenancy.md 5.7), without `status`. A list that must not be shown is left
 * out, not null.
 *
 * @param hideProtected the caller may not see protected options (6.5)
 */
export function tenantJson(
  tenant: Tenant,
  api: TenantApi,
  { hideProtected }: { readonly hideProtected: boolean },
): JsonObject {
  const { tenantId, factors } = tenant;
  const providers = [...tenant.providers.values()];
  const coreConfig = visibleOverrides(tenant.coreConfig, { hideProtected });
  if (api === 'v2') {
    const lists = listsJson(shownFirstFactors(factors), factors.requiredSecondaryFactors);
    return { tenantId, thirdParty: { providers }, ...lists, coreConfig };
  }
  return { tenantId, ...recipesJson(factors, providers, api), ...v1Lists(factors, api), coreConfig };
}

function recipesJson(factors: TenantFactors, providers: readonly JsonValue[], api: TenantApi): JsonObject {
  const era: FactorEra = api === 'v1-until-4.0' ? 'until-4.0' : '5.0';
  return {
    emailPassword: { enabled: isRecipeEnabled(factors, 'emailPassword', era) },
    thirdParty: { enabled: isRecipeEnabled(factors, 'thirdParty', era), providers },
    passwordless: { enabled: isRecipeEnabled(factors, 'passwordless', era) },
  };
}

function v1Lists({ firstFactors, requiredSecondaryFactors }: TenantFactors, api: TenantApi): JsonObject {
  if (api === 'v1-until-4.0') return {};
  return listsJson(firstFactors?.length === 0 ? null : firstFactors, requiredSecondaryFactors);
}

function listsJson(firstFactors: readonly string[] | null, requiredSecondaryFactors: readonly string[] | null) {
  return {
    ...(firstFactors && { firstFactors }),
    ...(requiredSecondaryFactors && { requiredSecondaryFactors }),
  };
}
