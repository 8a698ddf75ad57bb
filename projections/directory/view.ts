import type { Transaction } from 'kysely';
import type { View } from '../runner/view.js';
import { activityHandlers } from './activity-handlers.js';
import { resetTokenHandlers } from './reset-token-handlers.js';
import type { DirectoryTables } from './tables.js';
import { tenancyHandlers } from './tenancy-handlers.js';
import { userHandlers } from './user-handlers.js';

/** The directory view: users and all else that is looked up by something other than a session handle. */
export const directoryView: View<Transaction<DirectoryTables>> = {
  name: 'directory',
  version: 1,
  streamPrefixes: ['user-', 'emailverification-', 'session-', 'activity-', 'app-'],
  handlers: new Map([...userHandlers, ...resetTokenHandlers, ...activityHandlers, ...tenancyHandlers]),
};
