import {
  FACTOR_LISTS,
  type FactorList,
  factorsOf,
  flaggedRecipes,
  isRecipeEnabled,
  namesRecipe,
  RECIPES,
  type Recipe,
  type TenantApi,
  type TenantFactors,
} from './factors.js';
import { type JsonObject, member } from './json.js';
import { type BadInput, badInput, invalidField, type Valid, valid } from './result.js';

/** What a request asks of a tenant's factors; what it leaves out is undefined. */
export interface FactorRequest {
  readonly api: TenantApi;
  readonly enabled: Readonly<Partial<Record<Recipe, boolean>>>;
  readonly lists: Readonly<Partial<Record<FactorList, readonly string[] | null>>>;
}

const V1_FIELDS: Readonly<Record<Recipe, string>> = {
  emailPassword: 'emailPasswordEnabled',
  thirdParty: 'thirdPartyEnabled',
  passwordless: 'passwordlessEnabled',
};

const REFUSED_BY_V2: Readonly<Record<Recipe, string>> = {
  emailPassword: 'emailPasswordEnabled is not a valid input for this API',
  thirdParty: 'thirdParty is not a valid input for this API',
  passwordless: 'passwordless is not a valid input for this API',
};

const EMPTY_LIST: Readonly<Record<FactorList, string>> = {
  firstFactors: 'firstFactors cannot be empty. Set null instead to remove all first factors.',
  requiredSecondaryFactors:
    'requiredSecondaryFactors cannot be empty. Set null instead to remove all required secondary factors.',
};

/**
 * Reads the factor fields of a create-or-update body in the order of 10-multitenancy.md 5.3 to 5.5, with the
 * conflicts inside the body. Characters are checked later, on the resulting row (`checkFactors`).
 */
export function readFactorRequest(body: JsonObject, api: TenantApi): Valid<FactorRequest> | BadInput {
  const enabled: Partial<Record<Recipe, boolean>> = {};
  for (const recipe of RECIPES) {
    const asked = member(body, V1_FIELDS[recipe]);
    if (asked === undefined) continue;
    if (api === 'v2') return badInput(REFUSED_BY_V2[recipe]);
    if (typeof asked !== 'boolean') return invalidField(V1_FIELDS[recipe]);
    enabled[recipe] = asked;
  }
  const lists: Partial<Record<FactorList, readonly string[] | null>> = {};
  if (api === 'v1-until-4.0') return valid({ api, enabled, lists });
  for (const list of FACTOR_LISTS) {
    const read = readList(body, list, api);
    if (read.status !== 'OK') return read;
    if (read.value !== undefined) lists[list] = read.value;
  }
  return conflict({ api, enabled, lists }) ?? valid({ api, enabled, lists });
}

function readList(
  body: JsonObject,
  list: FactorList,
  api: TenantApi,
): Valid<readonly string[] | null | undefined> | BadInput {
  const asked = member(body, list);
  if (asked === undefined || asked === null) return valid(asked);
  if (!Array.isArray(asked) || !asked.every((id) => typeof id === 'string')) return invalidField(list);
  if (new Set(asked).size < asked.length) return badInput(`${list} input should not contain duplicate values`);
  if (asked.length === 0 && api !== 'v2') return badInput(EMPTY_LIST[list]);
  return valid(asked);
}

function conflict({ enabled, lists }: FactorRequest): BadInput | undefined {
  for (const recipe of RECIPES) {
    if (enabled[recipe] !== false) continue;
    for (const list of FACTOR_LISTS) {
      const id = lists[list]?.find((candidate) => factorsOf([recipe]).includes(candidate));
      if (id !== undefined) {
        return badInput(
          `Invalid core config: ${list} should not contain '${id}' because ${recipe} is disabled for the tenant.`,
        );
      }
    }
  }
  return undefined;
}

/** The row that a request makes out of a row (10-multitenancy.md 5.3 to 5.5). */
export function applyFactorRequest(row: TenantFactors, request: FactorRequest): TenantFactors {
  const applied = APPLY[request.api](row, request);
  const { requiredSecondaryFactors } = applied;
  return requiredSecondaryFactors?.length === 0 ? { ...applied, requiredSecondaryFactors: null } : applied;
}

const APPLY: Readonly<Record<TenantApi, (row: TenantFactors, request: FactorRequest) => TenantFactors>> = {
  'v1-until-4.0': applyUntil40,
  'v1-since-5.0': applySince50,
  v2: applyV2,
};

function applyUntil40(row: TenantFactors, { enabled }: FactorRequest): TenantFactors {
  const switchedOn = RECIPES.filter((recipe) => enabled[recipe] && !isRecipeEnabled(row, recipe, 'until-4.0'));
  const flagged = withFlags(row, switchedOn);
  const first = row.firstFactors === null ? null : union(row.firstFactors, factorsOf(switchedOn));
  const off = RECIPES.filter((recipe) => !flagged[recipe] || enabled[recipe] === false);
  return { ...flagged, firstFactors: off.length === 0 ? first : without(first ?? factorsOf(RECIPES), off) };
}

function applySince50(row: TenantFactors, { enabled, lists }: FactorRequest): TenantFactors {
  const opensEmpty = row.firstFactors?.length === 0 && RECIPES.some((recipe) => enabled[recipe]);
  const base = opensEmpty
    ? { ...row, emailPassword: false, thirdParty: false, passwordless: false, firstFactors: null }
    : row;
  const off = RECIPES.filter((recipe) => enabled[recipe] === false);
  const flagged = { ...base, ...enabled };
  const next = {
    ...flagged,
    firstFactors: lists.firstFactors !== undefined ? lists.firstFactors : without(base.firstFactors, off),
    requiredSecondaryFactors:
      lists.requiredSecondaryFactors !== undefined
        ? lists.requiredSecondaryFactors
        : without(base.requiredSecondaryFactors, off),
  };
  if (opensOnlyAsSecondFactor(base, { enabled, lists })) next.firstFactors = factorsOf(flaggedRecipes(flagged));
  return withFlags(
    next,
    RECIPES.filter(
      (recipe) => namesRecipe(next.firstFactors, recipe) || namesRecipe(next.requiredSecondaryFactors, recipe),
    ),
  );
}

/** Whether a recipe becomes enabled as a second factor alone, and so must be kept out of the first factors. */
function opensOnlyAsSecondFactor(base: TenantFactors, { enabled, lists }: Omit<FactorRequest, 'api'>): boolean {
  const required = lists.requiredSecondaryFactors ?? null;
  if (required === null || lists.firstFactors !== undefined || base.firstFactors !== null) return false;
  return RECIPES.some(
    (recipe) => namesRecipe(required, recipe) && !isRecipeEnabled(base, recipe, '5.0') && enabled[recipe] !== true,
  );
}

function applyV2(row: TenantFactors, { lists }: FactorRequest): TenantFactors {
  if (FACTOR_LISTS.every((list) => lists[list] === undefined)) return row;
  return { ...withFlags({ ...row, firstFactors: shownFirstFactors(row) }, RECIPES), ...lists };
}

/** First factors as v2 sees them: flags that are off count as factors left out (10-multitenancy.md 5.5, 5.7). */
export function shownFirstFactors(row: TenantFactors): readonly string[] | null {
  const flagged = flaggedRecipes(row);
  return row.firstFactors ?? (flagged.length === RECIPES.length ? null : factorsOf(flagged));
}

function withFlags(row: TenantFactors, recipes: readonly Recipe[]): TenantFactors {
  const flags: Partial<Record<Recipe, boolean>> = {};
  for (const recipe of recipes) flags[recipe] = true;
  return { ...row, ...flags };
}

function union(ids: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...ids, ...more])];
}

function without<L extends readonly string[] | null>(ids: L, recipes: readonly Recipe[]): L | readonly string[] {
  const removed = factorsOf(recipes);
  return ids === null ? ids : ids.filter((id) => !removed.includes(id));
}
