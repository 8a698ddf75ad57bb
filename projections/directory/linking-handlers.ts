import type { Transaction } from 'kysely';
import {
  LinkedToPrimary,
  PrimaryLoginMethodDeleted,
  PrimaryUserDemoted,
  UnlinkedFromPrimary,
  UserMadePrimary,
} from '../../domain/accountlinking/events.js';
import { on } from '../runner/view.js';
import { recordActivity } from './activity-handlers.js';
import { addToUser, makeUserOfItsOwn, removeMethod, setPrimary } from './groups.js';
import type { DirectoryTables } from './tables.js';

type Tx = Transaction<DirectoryTables>;

/** Which login methods are one user. A link is told by the event on the stream of the login method that moves. */
export const linkingHandlers = [
  on(UserMadePrimary, (tx: Tx, { app, userId }) => setPrimary(tx, app, userId, true)),
  on(PrimaryUserDemoted, (tx: Tx, { app, userId }) => setPrimary(tx, app, userId, false)),
  on(LinkedToPrimary, async (tx: Tx, { app, userId, primaryUserId, at }) => {
    await addToUser(tx, app, userId, primaryUserId);
    await tx.deleteFrom('last_active').where('app_key', '=', app).where('user_id', '=', userId).execute();
    await recordActivity(tx, app, primaryUserId, at);
  }),
  on(UnlinkedFromPrimary, (tx: Tx, { app, userId, primaryUserId }) => makeUserOfItsOwn(tx, app, userId, primaryUserId)),
  on(PrimaryLoginMethodDeleted, (tx: Tx, { app, userId }) => removeMethod(tx, app, userId)),
];
