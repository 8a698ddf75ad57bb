import type { Kysely } from 'kysely';
import type { RecipeId } from '../../domain/identity/identity.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { preparedOn } from '../../projections/sql/prepared.js';
import type { LoginMethodRecord, UserRecord } from './user-record.js';

interface UserKey {
  readonly app_key: string;
  readonly user_id: string;
}

const methodsOfUser = preparedOn<DirectoryTables, UserKey, MethodRow>((db, key) =>
  db
    .selectFrom('login_methods as m')
    .innerJoin('users as u', (join) => join.onRef('u.app_key', '=', 'm.app_key').onRef('u.user_id', '=', 'm.user_id'))
    .leftJoin('verified_emails as v', (join) =>
      join
        .onRef('v.app_key', '=', 'm.app_key')
        .onRef('v.user_id', '=', 'm.recipe_user_id')
        .onRef('v.email', '=', 'm.email'),
    )
    .select(['m.recipe_user_id', 'm.recipe', 'm.email', 'm.time_joined', 'u.is_primary', 'v.email as verified_email'])
    .where('m.app_key', '=', key.app_key)
    .where('m.user_id', '=', key.user_id)
    .orderBy('m.time_joined')
    .orderBy('m.position'),
);

interface MethodRow {
  readonly recipe_user_id: string;
  readonly recipe: string;
  readonly email: string | null;
  readonly time_joined: number;
  readonly is_primary: number;
  readonly verified_email: string | null;
}

const tenantsOfUser = preparedOn<DirectoryTables, UserKey, { recipe_user_id: string; tenant_key: string }>((db, key) =>
  db
    .selectFrom('memberships')
    .select(['recipe_user_id', 'tenant_key'])
    .where('app_key', '=', key.app_key)
    .where('recipe_user_id', 'in', (inner) =>
      inner
        .selectFrom('login_methods')
        .select('recipe_user_id')
        .where('app_key', '=', key.app_key)
        .where('user_id', '=', key.user_id),
    )
    .orderBy('position'),
);

/** The name of a tenant, from the key of one of its incarnations. */
export function tenantIdOfKey(tenantKey: string): string {
  const mark = tenantKey.indexOf('~');
  return mark < 0 ? tenantKey : tenantKey.slice(0, mark);
}

/** Loads one user by the id of the user (not of a linked login method). */
export async function loadUser(
  db: Kysely<DirectoryTables>,
  appKey: string,
  userId: string,
): Promise<UserRecord | undefined> {
  const key = { app_key: appKey, user_id: userId };
  const [methods, tenants] = await Promise.all([
    db.executeQuery(methodsOfUser(db, key)),
    db.executeQuery(tenantsOfUser(db, key)),
  ]);
  const first = methods.rows[0];
  if (!first) return undefined;
  const loginMethods = methods.rows.map((row): LoginMethodRecord => {
    const own = tenants.rows.filter((tenant) => tenant.recipe_user_id === row.recipe_user_id);
    return {
      recipeUserId: row.recipe_user_id,
      recipeId: row.recipe as RecipeId,
      tenantIds: own.map((tenant) => tenantIdOfKey(tenant.tenant_key)),
      verified: row.verified_email !== null,
      timeJoined: row.time_joined,
      ...(row.email === null ? {} : { email: row.email }),
    };
  });
  return { id: userId, isPrimaryUser: first.is_primary === 1, loginMethods };
}
