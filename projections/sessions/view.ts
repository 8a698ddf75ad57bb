import type { Transaction } from 'kysely';
import type { SessionChanges } from '../../infra/ports/session-view.js';
import type { View } from '../runner/view.js';
import { sessionHandlers } from './changes.js';
import { applyToTable } from './sql-changes.js';
import type { SessionTables } from './tables.js';

const name = 'sessions';
const version = 1;
const streamPrefixes = ['session-', 'user-', 'app-'];

/** The sessions view, for fast lookup of one session, in a table. */
export const sessionsView: View<Transaction<SessionTables>> = {
  name,
  version,
  streamPrefixes,
  handlers: sessionHandlers(applyToTable),
};

/** The same view in a store that takes changes as they are. */
export const sessionChangesView: View<SessionChanges> = {
  name,
  version,
  streamPrefixes,
  handlers: sessionHandlers((changes: SessionChanges, change) => changes.apply(change)),
};
