import type { SessionKey } from '../../infra/ports/session-view.js';
import { query } from '../query.js';

export interface ExpiredSessionsInput {
  /** How many at most. */
  readonly limit: number;
}

/** Sessions that have not ended although their time is over, those that expired first before the others. */
export const expiredSessions = query<ExpiredSessionsInput, readonly SessionKey[]>(
  'ExpiredSessions',
  (deps, { limit }) => deps.sessions.expired(deps.now(), limit),
);
