import type { Transaction } from 'kysely';
import { EmailVerified } from '../../domain/emailverification/email-verification.js';
import {
  EmailChanged,
  EmailPasswordUserSignedUp,
  PasswordResetTokenIssued,
  PasswordResetTokensVoided,
  UserAssociatedWithTenant,
  UserDeleted,
  UserDisassociatedFromTenant,
} from '../../domain/user/events.js';
import { on } from '../runner/view.js';
import { recordActivity } from './activity-handlers.js';
import type { DirectoryTables } from './tables.js';

type Tx = Transaction<DirectoryTables>;

/** Positions as text that sorts like the number. */
const sortable = (position: bigint): string => String(position).padStart(20, '0');

async function join(tx: Tx, app: string, tenant: string, userId: string, position: bigint): Promise<void> {
  const method = await tx
    .selectFrom('login_methods')
    .innerJoin('users', (on_) =>
      on_.onRef('users.app_key', '=', 'login_methods.app_key').onRef('users.user_id', '=', 'login_methods.user_id'),
    )
    .select(['login_methods.user_id', 'login_methods.recipe', 'users.time_joined'])
    .where('login_methods.app_key', '=', app)
    .where('login_methods.recipe_user_id', '=', userId)
    .executeTakeFirst();
  if (!method) return;
  await tx
    .insertInto('memberships')
    .values({ app_key: app, tenant_key: tenant, recipe_user_id: userId, ...method, position: sortable(position) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function forgetResetTokens(tx: Tx, app: string, userId: string): Promise<void> {
  await tx.deleteFrom('reset_tokens').where('app_key', '=', app).where('user_id', '=', userId).execute();
}

/** Users, login methods, memberships, verified emails, reset tokens. Erased users leave no rows behind. */
export const userHandlers = [
  on(EmailPasswordUserSignedUp, async (tx: Tx, data, event) => {
    if (event.erased) return;
    const { app, userId, tenant, email, at } = data;
    await tx
      .insertInto('users')
      .values({ app_key: app, user_id: userId, is_primary: 0, time_joined: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx
      .insertInto('login_methods')
      .values({
        app_key: app,
        recipe_user_id: userId,
        user_id: userId,
        recipe: 'emailpassword',
        email,
        time_joined: at,
        position: sortable(event.position),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await join(tx, app, tenant, userId, event.position);
    if (data.cause === 'signup') await recordActivity(tx, app, userId, at);
  }),
  on(EmailChanged, async (tx: Tx, data, event) => {
    if (event.erased) return;
    await tx
      .updateTable('login_methods')
      .set({ email: data.newEmail })
      .where('app_key', '=', data.app)
      .where('recipe_user_id', '=', data.userId)
      .execute();
  }),
  on(UserAssociatedWithTenant, (tx: Tx, data, event) => join(tx, data.app, data.tenant, data.userId, event.position)),
  on(UserDisassociatedFromTenant, async (tx: Tx, data) => {
    await tx
      .deleteFrom('memberships')
      .where('app_key', '=', data.app)
      .where('tenant_key', '=', data.tenant)
      .where('recipe_user_id', '=', data.userId)
      .execute();
  }),
  on(PasswordResetTokenIssued, async (tx: Tx, data, event) => {
    if (event.erased) return;
    await tx
      .insertInto('reset_tokens')
      .values({ app_key: data.app, token_hash: data.tokenHash, user_id: data.userId, expires_at: data.expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }),
  on(PasswordResetTokensVoided, (tx: Tx, data) => forgetResetTokens(tx, data.app, data.userId)),
  on(EmailVerified, async (tx: Tx, data, event) => {
    if (event.erased) return;
    await tx
      .insertInto('verified_emails')
      .values({ app_key: data.app, user_id: data.userId, email: data.email })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }),
  on(UserDeleted, async (tx: Tx, { app, userId }) => {
    await forgetResetTokens(tx, app, userId);
    for (const table of ['users', 'verified_emails', 'last_active', 'user_sessions'] as const)
      await tx.deleteFrom(table).where('app_key', '=', app).where('user_id', '=', userId).execute();
    for (const table of ['memberships', 'login_methods'] as const)
      await tx.deleteFrom(table).where('app_key', '=', app).where('recipe_user_id', '=', userId).execute();
  }),
];
