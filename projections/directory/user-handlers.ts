import type { Transaction } from 'kysely';
import { EmailVerified } from '../../domain/emailverification/email-verification.js';
import {
  EmailChanged,
  EmailPasswordUserSignedUp,
  UserAssociatedWithTenant,
  UserDeleted,
  UserDisassociatedFromTenant,
} from '../../domain/user/events.js';
import { on } from '../runner/view.js';
import { recordActivity } from './activity-handlers.js';
import { addUser, changeEmail, joinTenant, leaveTenant, removeUser } from './login-methods.js';
import type { DirectoryTables } from './tables.js';

type Tx = Transaction<DirectoryTables>;

/** Users, login methods, memberships and verified emails. Erased users leave no rows behind. */
export const userHandlers = [
  on(EmailPasswordUserSignedUp, async (tx: Tx, data, event) => {
    if (event.erased) return;
    const { app, tenant, userId, email, at } = data;
    const recipe = 'emailpassword';
    await addUser(tx, { app, tenant, userId, recipe, email, timeJoined: at, position: event.position });
    if (data.cause === 'signup') await recordActivity(tx, app, userId, at);
  }),
  on(EmailChanged, async (tx: Tx, data, event) => {
    if (!event.erased) await changeEmail(tx, data.app, data.userId, data.newEmail);
  }),
  on(UserAssociatedWithTenant, (tx: Tx, data, event) => joinTenant(tx, { ...data, position: event.position })),
  on(UserDisassociatedFromTenant, (tx: Tx, data) => leaveTenant(tx, data.app, data.tenant, data.userId)),
  on(EmailVerified, async (tx: Tx, data, event) => {
    if (event.erased) return;
    await tx
      .insertInto('verified_emails')
      .values({ app_key: data.app, user_id: data.userId, email: data.email })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }),
  on(UserDeleted, async (tx: Tx, { app, userId }) => {
    await removeUser(tx, app, userId);
    for (const table of ['reset_tokens', 'verified_emails', 'last_active', 'user_sessions'] as const)
      await tx.deleteFrom(table).where('app_key', '=', app).where('user_id', '=', userId).execute();
  }),
];
