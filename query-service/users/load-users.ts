import { expressionBuilder, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { RecipeId } from '../../domain/identity/identity.js';
import { nameOfIncarnation } from '../../domain/tenancy/keys.js';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { preparedOn } from '../../projections/sql/prepared.js';
import type { UserRecord } from './user-record.js';

interface MethodRow {
  readonly user_id: string;
  readonly recipe_user_id: string;
  readonly recipe: string;
  readonly email: string | null;
  readonly phone_number: string | null;
  readonly third_party_id: string | null;
  readonly third_party_user_id: string | null;
  readonly time_joined: number;
  readonly is_primary: number;
  readonly verified_email: string | null;
  readonly external_user_id: string | null;
  readonly primary_external_id: string | null;
}

interface TenantRow {
  readonly recipe_user_id: string;
  readonly tenant_key: string;
}

type Directory = Kysely<DirectoryTables>;

function methods(db: Directory) {
  return db
    .selectFrom('login_methods as m')
    .innerJoin('users as u', (join) => join.onRef('u.app_key', '=', 'm.app_key').onRef('u.user_id', '=', 'm.user_id'))
    .leftJoin('user_id_mappings as own', (join) =>
      join.onRef('own.app_key', '=', 'm.app_key').onRef('own.user_id', '=', 'm.recipe_user_id'),
    )
    .leftJoin('user_id_mappings as primary_own', (join) =>
      join.onRef('primary_own.app_key', '=', 'm.app_key').onRef('primary_own.user_id', '=', 'm.user_id'),
    )
    .leftJoin('verified_emails as v', (join) =>
      join
        .onRef('v.app_key', '=', 'm.app_key')
        .on('v.user_id', '=', (eb) => eb.fn.coalesce('own.external_user_id', 'm.recipe_user_id'))
        .onRef('v.email', '=', 'm.email'),
    )
    .select(['m.user_id', 'm.recipe_user_id', 'm.recipe', 'm.email', 'm.phone_number', 'm.time_joined'])
    .select(['m.third_party_id', 'm.third_party_user_id'])
    .select(['u.is_primary', 'v.email as verified_email'])
    .select(['own.external_user_id', 'primary_own.external_user_id as primary_external_id'])
    .orderBy('m.time_joined')
    .orderBy('m.position');
}

/** A subquery and not a join: a planner without statistics would start at the wrong end of a join. */
function tenants(db: Directory, appKey: string, methodsOf: (methods: MethodIds) => MethodIds) {
  return db
    .selectFrom('memberships')
    .select(['recipe_user_id', 'tenant_key'])
    .where('app_key', '=', appKey)
    .where('recipe_user_id', 'in', (inner) =>
      methodsOf(inner.selectFrom('login_methods').select('recipe_user_id').where('app_key', '=', appKey)),
    )
    .orderBy('position');
}

type MethodIds = SelectQueryBuilder<DirectoryTables, 'login_methods', { recipe_user_id: string }>;

interface UserKey {
  readonly app_key: string;
  readonly user_id: string;
}

/** The id of the user that a login method belongs to; of a user without its own login method, itself. */
function userOfId(db: Directory, { app_key, user_id }: UserKey) {
  const { fn, val } = expressionBuilder<DirectoryTables, never>();
  const owner = db
    .selectFrom('login_methods')
    .select('user_id')
    .where('app_key', '=', app_key)
    .where('recipe_user_id', '=', user_id);
  return fn.coalesce(owner, val(user_id));
}

const methodsOfUser = preparedOn<DirectoryTables, UserKey, MethodRow>((db, key) =>
  methods(db)
    .where('m.app_key', '=', key.app_key)
    .where('m.user_id', '=', () => userOfId(db, key)),
);

const tenantsOfUser = preparedOn<DirectoryTables, UserKey, TenantRow>((db, key) =>
  tenants(db, key.app_key, (own) => own.where('user_id', '=', () => userOfId(db, key))),
);

/** Loads one user by its id or that of any of its login methods. */
export async function loadUser(db: Directory, appKey: string, userId: string): Promise<UserRecord | undefined> {
  const key = { app_key: appKey, user_id: userId };
  const [methodRows, tenantRows] = await Promise.all([
    db.executeQuery(methodsOfUser(db, key)),
    db.executeQuery(tenantsOfUser(db, key)),
  ]);
  return records(methodRows.rows, tenantRows.rows)[0];
}

/** Loads users by their ids, in the order of the ids. Those that are not there any more are left out. */
export async function loadUsers(db: Directory, appKey: string, userIds: readonly string[]): Promise<UserRecord[]> {
  if (userIds.length === 0) return [];
  const [methodRows, tenantRows] = await Promise.all([
    methods(db).where('m.app_key', '=', appKey).where('m.user_id', 'in', userIds).execute(),
    tenants(db, appKey, (own) => own.where('user_id', 'in', userIds)).execute(),
  ]);
  const byId = new Map(records(methodRows, tenantRows).map((user) => [user.superTokensUserId, user]));
  return userIds.flatMap((id) => byId.get(id) ?? []);
}

function records(methodRows: readonly MethodRow[], tenantRows: readonly TenantRow[]): UserRecord[] {
  const tenantsOf = grouped(tenantRows, (row) => row.recipe_user_id);
  return [...grouped(methodRows, (row) => row.user_id)].map(([userId, own]) => ({
    id: own[0]?.primary_external_id ?? userId,
    superTokensUserId: userId,
    isPrimaryUser: own.some((row) => row.is_primary === 1),
    loginMethods: own.map((row) => ({
      recipeUserId: row.external_user_id ?? row.recipe_user_id,
      superTokensUserId: row.recipe_user_id,
      recipeId: row.recipe as RecipeId,
      tenantIds: (tenantsOf.get(row.recipe_user_id) ?? []).map((tenant) => nameOfIncarnation(tenant.tenant_key)),
      // A login method without an email has nothing to verify.
      verified: row.email === null || row.verified_email !== null,
      timeJoined: row.time_joined,
      ...(row.email === null ? {} : { email: row.email }),
      ...(row.phone_number === null ? {} : { phoneNumber: row.phone_number }),
      ...thirdPartyOf(row),
    })),
  }));
}

function thirdPartyOf({ third_party_id: id, third_party_user_id: userId }: MethodRow) {
  return id === null || userId === null ? {} : { thirdParty: { id, userId } };
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
