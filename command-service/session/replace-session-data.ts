import type { JsonText } from '../../domain/json/raw-json.js';
import type { Unauthorised } from '../../domain/session/answers.js';
import { replaceSessionData as decide } from '../../domain/session/replace-session-data.js';
import { Session, sessionStream } from '../../domain/session/session.js';
import type { SessionRef } from '../../infra/ports/session-index.js';
import { command } from '../command.js';
import { loadSession } from './load-session.js';

export interface ReplaceSessionDataInput {
  readonly appKey: string;
  readonly session: SessionRef;
  /** An object text. */
  readonly userDataInDatabase: JsonText;
}

/** Replaces the data kept with a session, as a whole (20-session.md 9.9). */
export const replaceSessionData = command<ReplaceSessionDataInput, { readonly status: 'OK' } | Unauthorised>(
  'ReplaceSessionData',
  (context, { appKey, session, userDataInDatabase }) =>
    context.transact(async (tx) => {
      const decision = decide(await loadSession(tx, appKey, session), userDataInDatabase, context.now());
      if (decision.events.length > 0) tx.append(Session, sessionStream(appKey, session.handle), decision.events);
      return decision.result;
    }),
);
