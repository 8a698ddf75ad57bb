import type { Transaction } from 'kysely';
import type { RecipeId } from '../../domain/identity/identity.js';
import { everyColumn, execute, preparedOn } from '../sql/prepared.js';
import { type DirectoryTables, directoryShapes } from './tables.js';

type Tx = Transaction<DirectoryTables>;
type Row = DirectoryTables['user_counts'];

/** The tenant key under which users are counted once for the whole app, members of no tenant included. */
export const WHOLE_APP = '';

const RECIPE_BITS: Readonly<Record<RecipeId, number>> = {
  emailpassword: 1,
  thirdparty: 2,
  passwordless: 4,
  webauthn: 8,
};

/** A set of recipes as one number. */
export function recipeSet(recipes: Iterable<RecipeId>): number {
  let set = 0;
  for (const recipe of recipes) set |= RECIPE_BITS[recipe];
  return set;
}

const increment = preparedOn<DirectoryTables, Row, unknown>((db, row) =>
  db
    .insertInto('user_counts')
    .values(everyColumn(row, directoryShapes.user_counts))
    .onConflict((conflict) =>
      conflict
        .columns(['app_key', 'tenant_key', 'recipes'])
        .doUpdateSet(({ eb }) => ({ users: eb('user_counts.users', '+', row.users) })),
    ),
);

/** A count of none is no row, so that a view which never saw the users is the same as one that saw them go. */
async function decrement(tx: Tx, row: Omit<Row, 'users'>): Promise<void> {
  const key = { app_key: row.app_key, tenant_key: row.tenant_key, recipes: row.recipes };
  await tx
    .updateTable('user_counts')
    .set(({ eb }) => ({ users: eb('users', '-', 1) }))
    .where((eb) => eb.and(key))
    .execute();
  await tx
    .deleteFrom('user_counts')
    .where((eb) => eb.and({ ...key, users: 0 }))
    .execute();
}

/** The recipes of a user's login methods by tenant key, and those of all its methods under {@link WHOLE_APP}. */
export type RecipesByTenant = ReadonlyMap<string, number>;

const NOBODY: RecipesByTenant = new Map();

async function recipesOf(tx: Tx, app: string, userId: string): Promise<RecipesByTenant> {
  const methods = await tx
    .selectFrom('login_methods')
    .select(['recipe_user_id', 'recipe'])
    .where('app_key', '=', app)
    .where('user_id', '=', userId)
    .execute();
  if (methods.length === 0) return NOBODY;
  const ids = methods.map((method) => method.recipe_user_id);
  const memberships = await tx
    .selectFrom('memberships')
    .select(['tenant_key', 'recipe'])
    .where('app_key', '=', app)
    .where('recipe_user_id', 'in', ids)
    .execute();
  const byTenant = new Map<string, number>();
  for (const { tenant_key, recipe } of [...methods.map((m) => ({ ...m, tenant_key: WHOLE_APP })), ...memberships])
    byTenant.set(tenant_key, (byTenant.get(tenant_key) ?? 0) | recipeSet([recipe as RecipeId]));
  return byTenant;
}

async function move(tx: Tx, app: string, before: RecipesByTenant, after: RecipesByTenant): Promise<void> {
  for (const tenant of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(tenant), after.get(tenant)];
    if (from === to) continue;
    if (from !== undefined) await decrement(tx, { app_key: app, tenant_key: tenant, recipes: from });
    if (to !== undefined) await execute(tx, increment(tx, { app_key: app, tenant_key: tenant, recipes: to, users: 1 }));
  }
}

/** Changes a user's login methods or memberships, and the counts with them. To change nothing counts nothing. */
export async function recounting(tx: Tx, app: string, userId: string, change: () => Promise<void>): Promise<void> {
  const before = await recipesOf(tx, app, userId);
  await change();
  await move(tx, app, before, await recipesOf(tx, app, userId));
}

/** Counts a user that was not there before, with one login method in one tenant, or in none (null). */
export function countNewUser(tx: Tx, app: string, tenant: string | null, recipe: RecipeId): Promise<void> {
  const recipes = recipeSet([recipe]);
  const keys = tenant === null ? [WHOLE_APP] : [WHOLE_APP, tenant];
  return move(tx, app, NOBODY, new Map(keys.map((key) => [key, recipes])));
}
