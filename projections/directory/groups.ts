import type { Transaction } from 'kysely';
import type { DirectoryTables } from './tables.js';
import { recounting } from './user-counts.js';

type Tx = Transaction<DirectoryTables>;

/** Makes a user a primary one, or an unlinked one again. */
export async function setPrimary(tx: Tx, app: string, userId: string, isPrimary: boolean): Promise<void> {
  await tx
    .updateTable('users')
    .set({ is_primary: isPrimary ? 1 : 0 })
    .where('app_key', '=', app)
    .where('user_id', '=', userId)
    .execute();
}

/** Makes an unlinked login method one of a primary user's. */
export function addToUser(tx: Tx, app: string, recipeUserId: string, primaryUserId: string): Promise<void> {
  return recountingBoth(tx, app, [recipeUserId, primaryUserId], async () => {
    await tx.deleteFrom('users').where('app_key', '=', app).where('user_id', '=', recipeUserId).execute();
    await moveMethod(tx, app, recipeUserId, primaryUserId);
    await settleTimeJoined(tx, app, primaryUserId);
  });
}

/** Makes a login method of a primary user an unlinked user. Nothing to do for one that is not there. */
export async function makeUserOfItsOwn(
  tx: Tx,
  app: string,
  recipeUserId: string,
  primaryUserId: string,
): Promise<void> {
  const method = await tx
    .selectFrom('login_methods')
    .select('time_joined')
    .where('app_key', '=', app)
    .where('recipe_user_id', '=', recipeUserId)
    .executeTakeFirst();
  if (!method) return;
  await recountingBoth(tx, app, [recipeUserId, primaryUserId], async () => {
    await tx
      .insertInto('users')
      .values({ app_key: app, user_id: recipeUserId, is_primary: 0, time_joined: method.time_joined })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await moveMethod(tx, app, recipeUserId, recipeUserId);
    await settleTimeJoined(tx, app, primaryUserId);
    await settleTimeJoined(tx, app, recipeUserId);
  });
}

/** Removes the login method that a primary user has its id from; the user stays, with the others. */
export function removeMethod(tx: Tx, app: string, userId: string): Promise<void> {
  return recounting(tx, app, userId, async () => {
    for (const table of ['memberships', 'login_methods'] as const)
      await tx.deleteFrom(table).where('app_key', '=', app).where('recipe_user_id', '=', userId).execute();
    await settleTimeJoined(tx, app, userId);
  });
}

function recountingBoth(
  tx: Tx,
  app: string,
  [one, other]: readonly [string, string],
  change: () => Promise<void>,
): Promise<void> {
  return recounting(tx, app, one, () => recounting(tx, app, other, change));
}

async function moveMethod(tx: Tx, app: string, recipeUserId: string, userId: string): Promise<void> {
  for (const table of ['login_methods', 'memberships'] as const)
    await tx
      .updateTable(table)
      .set({ user_id: userId })
      .where('app_key', '=', app)
      .where('recipe_user_id', '=', recipeUserId)
      .execute();
}

/** A user joined with its oldest login method, those in other tenants included: lists are sorted by that. */
async function settleTimeJoined(tx: Tx, app: string, userId: string): Promise<void> {
  const methods = await tx
    .selectFrom('login_methods')
    .select(['recipe_user_id', 'time_joined'])
    .where('app_key', '=', app)
    .where('user_id', '=', userId)
    .execute();
  if (methods.length === 0) return;
  const time_joined = Math.min(...methods.map((method) => method.time_joined));
  const ids = methods.map((method) => method.recipe_user_id);
  await tx.updateTable('users').set({ time_joined }).where('app_key', '=', app).where('user_id', '=', userId).execute();
  await tx
    .updateTable('memberships')
    .set({ time_joined })
    .where('app_key', '=', app)
    .where('recipe_user_id', 'in', ids)
    .execute();
}
