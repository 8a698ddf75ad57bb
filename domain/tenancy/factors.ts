import { compareVersions } from '../config/cdi-versions.js';
import { type BadInput, badInput } from './result.js';

/** Which recipes and factors a tenant allows (10-multitenancy.md 3). */
export interface TenantFactors {
  /** Legacy flags of the three oldest recipes. */
  readonly emailPassword: boolean;
  readonly thirdParty: boolean;
  readonly passwordless: boolean;
  /** A set; null leaves it to the SDK's own configuration, empty allows no login method at all. */
  readonly firstFactors: readonly string[] | null;
  /** A set that is never empty, or null. */
  readonly requiredSecondaryFactors: readonly string[] | null;
}

export type Recipe = 'emailPassword' | 'thirdParty' | 'passwordless';
export type FactorList = 'firstFactors' | 'requiredSecondaryFactors';

/** In the order in which requests and answers go through them. */
export const RECIPES: readonly Recipe[] = ['emailPassword', 'thirdParty', 'passwordless'];
export const FACTOR_LISTS: readonly FactorList[] = ['firstFactors', 'requiredSecondaryFactors'];

/** The factor ids of each recipe; all other ids belong to none (10-multitenancy.md 5). */
const FACTORS_OF: Readonly<Record<Recipe, readonly string[]>> = {
  emailPassword: ['emailpassword'],
  thirdParty: ['thirdparty'],
  passwordless: ['otp-email', 'otp-phone', 'link-email', 'link-phone'],
};

/** Limits of our own on what is kept: the length of a factor id in characters, and the number of ids in a list. */
export const MAX_FACTOR_ID_LENGTH = 128;
export const MAX_FACTORS = 100;

const FACTOR_ID = /^[0-9a-zA-Z_.\-()]+$/;

/** The factor ids of the given recipes. */
export function factorsOf(recipes: readonly Recipe[]): string[] {
  return recipes.flatMap((recipe) => FACTORS_OF[recipe]);
}

/** Whether a list (null: no list) names any factor of the recipe. */
export function namesRecipe(list: readonly string[] | null, recipe: Recipe): boolean {
  return list?.some((id) => FACTORS_OF[recipe].includes(id)) ?? false;
}

/** The recipes whose flag is set. */
export function flaggedRecipes(factors: TenantFactors): Recipe[] {
  return RECIPES.filter((recipe) => factors[recipe]);
}

/** Which CDI versions decide whether a recipe is enabled: 3.0 to 4.0, 5.0, or 5.1 and later (10-multitenancy.md 5.1). */
export type FactorEra = 'until-4.0' | '5.0' | 'since-5.1';

/** The era of an effective CDI version. */
export function factorEra(cdiVersion: string): FactorEra {
  if (compareVersions(cdiVersion, '5.0') < 0) return 'until-4.0';
  return compareVersions(cdiVersion, '5.1') < 0 ? '5.0' : 'since-5.1';
}

/**
 * Whether sign-in and sign-up by a recipe are open on a tenant (10-multitenancy.md 5.1). v1 reads show the same
 * value, except that they go on using the rule of 5.0 in later versions.
 */
export function isRecipeEnabled(factors: TenantFactors, recipe: Recipe, era: FactorEra): boolean {
  if (era === 'since-5.1') return true;
  const { firstFactors } = factors;
  if (!factors[recipe]) return false;
  if (firstFactors === null) return true;
  return era === '5.0' ? firstFactors.length > 0 : namesRecipe(firstFactors, recipe);
}

/** Which of the two forms of the API speaks; v1 switches with the CDI version, v2 does not. */
export type TenantApi = 'v1-until-4.0' | 'v1-since-5.0' | 'v2';

/** The form of a v1 route in a CDI version. */
export function v1Api(cdiVersion: string): TenantApi {
  return factorEra(cdiVersion) === 'until-4.0' ? 'v1-until-4.0' : 'v1-since-5.0';
}

/** The factors of an app's public tenant as long as nobody changed them. */
export const OPEN_FACTORS: TenantFactors = {
  emailPassword: true,
  thirdParty: true,
  passwordless: true,
  firstFactors: null,
  requiredSecondaryFactors: null,
};

/** The factors of a tenant that is being created, before the body is applied (10-multitenancy.md 5.2). */
export function newTenantFactors(api: TenantApi, isPublic: boolean): TenantFactors {
  if (isPublic) return OPEN_FACTORS;
  const enabled = api === 'v2';
  return {
    emailPassword: enabled,
    thirdParty: enabled,
    passwordless: enabled,
    firstFactors: api === 'v1-since-5.0' ? null : [],
    requiredSecondaryFactors: null,
  };
}

/** Whether two rows mean the same; the factor lists are sets. */
export function sameFactors(a: TenantFactors, b: TenantFactors): boolean {
  return RECIPES.every((recipe) => a[recipe] === b[recipe]) && FACTOR_LISTS.every((list) => sameSet(a[list], b[list]));
}

function sameSet(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((id) => b.includes(id));
}

/** Checks the characters (10-multitenancy.md 5.6) and our limits on a row about to be stored. */
export function checkFactors(factors: TenantFactors): BadInput | undefined {
  for (const list of FACTOR_LISTS) {
    const ids = factors[list] ?? [];
    if (!ids.every((id) => FACTOR_ID.test(id))) {
      return badInput(`${list} should contain only 0-9,a-z,A-Z,_,.,- characters`);
    }
    if (ids.length > MAX_FACTORS || ids.some((id) => id.length > MAX_FACTOR_ID_LENGTH)) {
      return badInput(
        `${list} should not contain more than ${MAX_FACTORS} values or values longer than ` +
          `${MAX_FACTOR_ID_LENGTH} characters`,
      );
    }
  }
  return undefined;
}
