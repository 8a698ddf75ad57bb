import type { Transaction } from 'kysely';
import type { View } from '../runner/view.js';
import { activityHandlers } from './activity-handlers.js';
import { deviceHandlers } from './device-handlers.js';
import { emailVerificationHandlers } from './email-verification-handlers.js';
import { linkingHandlers } from './linking-handlers.js';
import { metadataHandlers } from './metadata-handlers.js';
import { resetTokenHandlers } from './reset-token-handlers.js';
import { roleHandlers } from './role-handlers.js';
import type { DirectoryTables } from './tables.js';
import { tenancyHandlers } from './tenancy-handlers.js';
import { userHandlers } from './user-handlers.js';
import { userIdMappingHandlers } from './user-id-mapping-handlers.js';

/** The directory view: users and all else that is looked up by something other than a session handle. */
export const directoryView: View<Transaction<DirectoryTables>> = {
  name: 'directory',
  version: 1,
  streamPrefixes: [
    'user-',
    'emailverification-',
    'useridmapping-',
    'session-',
    'activity-',
    'app-',
    'usermetadata-',
    'role-',
    'userroles-',
    'device-',
  ],
  handlers: new Map([
    ...userHandlers,
    ...linkingHandlers,
    ...userIdMappingHandlers,
    ...emailVerificationHandlers,
    ...resetTokenHandlers,
    ...deviceHandlers,
    ...activityHandlers,
    ...metadataHandlers,
    ...roleHandlers,
    ...tenancyHandlers,
  ]),
};
