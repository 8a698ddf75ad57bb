import type { Transaction } from 'kysely';
import {
  EmailChanged,
  EmailPasswordUserSignedUp,
  PasswordlessContactsChanged,
  PasswordlessUserSignedUp,
  ThirdPartyUserSignedUp,
  UserAssociatedWithTenant,
  UserDeleted,
  UserDisassociatedFromTenant,
} from '../../domain/user/events.js';
import { on } from '../runner/view.js';
import { recordActivity } from './activity-handlers.js';
import { dropEmailVerification } from './email-verification-handlers.js';
import { addUser, changeContacts, joinTenant, leaveTenant, removeUser } from './login-methods.js';
import type { DirectoryTables } from './tables.js';
import { dropMapping } from './user-id-mapping-handlers.js';

type Tx = Transaction<DirectoryTables>;

const none = { email: null, phoneNumber: null, thirdParty: null };

/** Users, login methods and memberships. Erased users leave no rows behind. */
export const userHandlers = [
  on(EmailPasswordUserSignedUp, async (tx: Tx, data, event) => {
    if (event.erased) return;
    await addUser(tx, { ...none, ...data, recipe: 'emailpassword', timeJoined: data.at, position: event.position });
    if (data.cause === 'signup') await recordActivity(tx, data.app, data.userId, data.at);
  }),
  on(ThirdPartyUserSignedUp, async (tx: Tx, data, event) => {
    if (event.erased) return;
    const thirdParty = { id: data.thirdPartyId, userId: data.thirdPartyUserId };
    const joined = { timeJoined: data.at, position: event.position };
    await addUser(tx, { ...none, ...data, ...joined, recipe: 'thirdparty', thirdParty });
    await recordActivity(tx, data.app, data.userId, data.at);
  }),
  on(PasswordlessUserSignedUp, async (tx: Tx, data, event) => {
    if (event.erased) return;
    await addUser(tx, { ...none, ...data, recipe: 'passwordless', timeJoined: data.at, position: event.position });
    await recordActivity(tx, data.app, data.userId, data.at);
  }),
  on(PasswordlessContactsChanged, async (tx: Tx, data, event) => {
    if (!event.erased) await changeContacts(tx, data.app, data.userId, data.email, data.phoneNumber);
  }),
  on(EmailChanged, async (tx: Tx, data, event) => {
    if (!event.erased) await changeContacts(tx, data.app, data.userId, data.newEmail, null);
  }),
  on(UserAssociatedWithTenant, (tx: Tx, data, event) => joinTenant(tx, { ...data, position: event.position })),
  on(UserDisassociatedFromTenant, (tx: Tx, data) => leaveTenant(tx, data.app, data.tenant, data.userId)),
  on(UserDeleted, async (tx: Tx, { app, userId }) => {
    await removeUser(tx, app, userId);
    // A mark or mapping goes with the key that it is sealed under: a rebuilt view could not show it.
    await dropEmailVerification(tx, app, userId);
    await dropMapping(tx, app, userId);
    for (const table of ['reset_tokens', 'last_active', 'user_sessions'] as const)
      await tx.deleteFrom(table).where('app_key', '=', app).where('user_id', '=', userId).execute();
  }),
];
