import type { Transaction } from 'kysely';
import { emailDomain } from '../../domain/emailpassword/email.js';
import type { RecipeId } from '../../domain/identity/identity.js';
import { type ThirdPartyAccount, thirdPartyInfo } from '../../domain/user/login-method.js';
import { everyColumn, execute, preparedOn } from '../sql/prepared.js';
import { isRemoved } from './removed-tenants.js';
import { sortablePosition } from './sortable-position.js';
import { type DirectoryTables, directoryShapes } from './tables.js';
import { countNewUser, recounting } from './user-counts.js';

type Tx = Transaction<DirectoryTables>;

const insertUser = preparedOn<DirectoryTables, DirectoryTables['users'], unknown>((db, row) =>
  db
    .insertInto('users')
    .values(everyColumn(row, directoryShapes.users))
    .onConflict((conflict) => conflict.doNothing()),
);

const insertMethod = preparedOn<DirectoryTables, DirectoryTables['login_methods'], unknown>((db, row) =>
  db
    .insertInto('login_methods')
    .values(everyColumn(row, directoryShapes.login_methods))
    .onConflict((conflict) => conflict.doNothing()),
);

const insertMembership = preparedOn<DirectoryTables, DirectoryTables['memberships'], unknown>((db, row) =>
  db
    .insertInto('memberships')
    .values(everyColumn(row, directoryShapes.memberships))
    .onConflict((conflict) => conflict.doNothing()),
);

/** A login method that comes to be as a user of its own, in one tenant. */
export interface NewLoginMethod {
  readonly app: string;
  readonly tenant: string;
  readonly userId: string;
  readonly recipe: RecipeId;
  readonly email: string | null;
  readonly phoneNumber: string | null;
  readonly thirdParty: ThirdPartyAccount | null;
  /** ms since the epoch. */
  readonly timeJoined: number;
  readonly position: bigint;
}

/**
 * Adds an unlinked user, in no tenant if its own was removed before. Says false, and changes nothing, if it is there
 * already.
 */
export async function addUser(tx: Tx, method: NewLoginMethod): Promise<boolean> {
  const { app, tenant, userId, recipe, email, phoneNumber, thirdParty, timeJoined } = method;
  const own = { app_key: app, user_id: userId, time_joined: timeJoined };
  const inserted = await tx.executeQuery(insertUser(tx, { ...own, is_primary: 0 }));
  if (inserted.numAffectedRows === 0n) return false;
  const login = {
    ...own,
    recipe_user_id: userId,
    recipe,
    email,
    phone_number: phoneNumber,
    third_party_id: thirdParty?.id ?? null,
    third_party_user_id: thirdParty?.userId ?? null,
    position: sortablePosition(method.position),
  };
  await execute(tx, insertMethod(tx, login));
  const isMember = !(await isRemoved(tx, app, tenant));
  if (isMember) await execute(tx, insertMembership(tx, { ...login, ...searchable(login), tenant_key: tenant }));
  await countNewUser(tx, app, isMember ? tenant : null, recipe);
  return true;
}

type Method = DirectoryTables['login_methods'];
type Membership = DirectoryTables['memberships'];

function searchable(
  method: Pick<Method, 'email' | 'phone_number' | 'third_party_id' | 'third_party_user_id'>,
): Pick<Membership, 'email' | 'email_domain' | 'phone_number' | 'provider' | 'third_party_account'> {
  const { third_party_id: id, third_party_user_id: userId } = method;
  return {
    ...searchableContacts(method.email, method.phone_number),
    provider: id === null ? null : id.toLowerCase(),
    third_party_account: id === null || userId === null ? null : thirdPartyInfo({ id, userId }).value,
  };
}

function searchableContacts(
  email: string | null,
  phoneNumber: string | null,
): Pick<Membership, 'email' | 'email_domain' | 'phone_number'> {
  return { email, email_domain: email === null ? null : emailDomain(email), phone_number: phoneNumber };
}

function methodOf(tx: Tx, app: string, recipeUserId: string) {
  return tx
    .selectFrom('login_methods as m')
    .innerJoin('users as u', (join) => join.onRef('u.app_key', '=', 'm.app_key').onRef('u.user_id', '=', 'm.user_id'))
    .select(['m.user_id', 'm.recipe', 'm.email', 'm.phone_number', 'u.time_joined'])
    .select(['m.third_party_id', 'm.third_party_user_id'])
    .where('m.app_key', '=', app)
    .where('m.recipe_user_id', '=', recipeUserId)
    .executeTakeFirst();
}

/** Makes a login method a member of a tenant. Nothing to do for one that is not there, or a tenant that was removed. */
export async function joinTenant(
  tx: Tx,
  { app, tenant, userId, position }: Pick<NewLoginMethod, 'app' | 'tenant' | 'userId' | 'position'>,
): Promise<void> {
  const method = await methodOf(tx, app, userId);
  if (!method || (await isRemoved(tx, app, tenant))) return;
  const row = {
    ...method,
    ...searchable(method),
    app_key: app,
    tenant_key: tenant,
    recipe_user_id: userId,
    position: sortablePosition(position),
  };
  await recounting(tx, app, method.user_id, () => execute(tx, insertMembership(tx, row)));
}

/** Ends a login method's membership of a tenant. */
export async function leaveTenant(tx: Tx, app: string, tenant: string, userId: string): Promise<void> {
  const method = await methodOf(tx, app, userId);
  if (!method) return;
  await recounting(tx, app, method.user_id, async () => {
    await tx
      .deleteFrom('memberships')
      .where((eb) => eb.and({ app_key: app, tenant_key: tenant, recipe_user_id: userId }))
      .execute();
  });
}

/** Gives a login method another email and phone number, in all its tenants; null for one that it does not have. */
export async function changeContacts(
  tx: Tx,
  app: string,
  userId: string,
  email: string | null,
  phoneNumber: string | null,
): Promise<void> {
  const own = { app_key: app, recipe_user_id: userId };
  await tx
    .updateTable('login_methods')
    .set({ email, phone_number: phoneNumber })
    .where((eb) => eb.and(own))
    .execute();
  await tx
    .updateTable('memberships')
    .set(searchableContacts(email, phoneNumber))
    .where((eb) => eb.and(own))
    .execute();
}

/** Removes an unlinked user with its login method and memberships. */
export function removeUser(tx: Tx, app: string, userId: string): Promise<void> {
  return recounting(tx, app, userId, async () => {
    await tx
      .deleteFrom('users')
      .where((eb) => eb.and({ app_key: app, user_id: userId }))
      .execute();
    for (const table of ['memberships', 'login_methods'] as const)
      await tx
        .deleteFrom(table)
        .where((eb) => eb.and({ app_key: app, recipe_user_id: userId }))
        .execute();
  });
}
