import { factorEra, isRecipeEnabled, type Recipe } from '../../domain/tenancy/factors.js';
import { refuse } from '../refusal.js';
import type { CdiRequest } from '../request.js';

const NOT_ENABLED: Readonly<Record<Recipe, string>> = {
  emailPassword: 'Email password login not enabled for tenant',
  thirdParty: 'ThirdParty login not enabled for tenant',
  passwordless: 'Passwordless login not enabled for tenant',
};

/** The addressed tenant, where sign-in by a recipe must be open (40-thirdparty-passwordless.md 1.5). */
export function tenantWithRecipe(request: CdiRequest, recipe: Recipe): ReturnType<CdiRequest['tenant']> {
  const target = request.tenant();
  const factors = request.deps.registry.tenant(target)?.factors;
  if (factors && !isRecipeEnabled(factors, recipe, factorEra(request.version))) refuse(403, NOT_ENABLED[recipe]);
  return target;
}
