import type { RecipeId } from '../../domain/identity/identity.js';
import { refuse } from '../refusal.js';

const LOGIN_RECIPES: readonly RecipeId[] = ['emailpassword', 'thirdparty', 'passwordless', 'webauthn'];

/** Recipes that are known, but have no users of their own. */
const OTHER_RECIPES = [
  'session',
  'emailverification',
  'jwt',
  'usermetadata',
  'userroles',
  'useridmapping',
  'dashboard',
  'totp',
  'multitenancy',
  'accountlinking',
  'mfa',
  'oauth',
];

/**
 * Reads `includeRecipeIds` (32-users.md 3.2): the recipes whose users are wanted, which may be none; null for no filter.
 *
 * @param ids the parts of the list; none, or no list, is no filter
 */
export function recipeFilter(ids: readonly string[] | undefined): readonly RecipeId[] | null {
  if (!ids || ids.length === 0) return null;
  const known = ids.map((id) => {
    const recipe = id.toLowerCase();
    if (![...LOGIN_RECIPES, ...OTHER_RECIPES].includes(recipe)) refuse(400, `Unknown recipe ID: ${id}`);
    return recipe;
  });
  return LOGIN_RECIPES.filter((recipe) => known.includes(recipe));
}

/** Our own bound on the work of one search. */
const MAX_TAGS = 50;

/** The tags of a search parameter (32-users.md 4.2); none if it is absent. */
export function searchTags(text: string | undefined): readonly string[] {
  const tags = new Set(
    (text ?? '')
      .split(';')
      .map((tag) => tag.trim().toLowerCase())
      .filter((tag) => tag !== ''),
  );
  if (tags.size > MAX_TAGS) refuse(400, `at most ${MAX_TAGS} search tags are allowed`);
  return [...tags];
}
