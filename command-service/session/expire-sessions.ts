import { expireSession } from '../../domain/session/revoke-session.js';
import { Session, sessionStream } from '../../domain/session/session.js';
import { command } from '../command.js';

export interface ExpireSessionsInput {
  readonly sessions: readonly { readonly appKey: string; readonly handle: string }[];
}

/** Ends those of the sessions whose time is over, all in one append; answers with their number. */
export const expireSessions = command<ExpireSessionsInput, number>('ExpireSessions', (context, { sessions }) =>
  context.transact(async (tx) => {
    let expired = 0;
    for (const { appKey, handle } of sessions) {
      const id = sessionStream(appKey, handle);
      const decision = expireSession(await tx.load(Session, id), context.now());
      tx.append(Session, id, decision.events);
      if (decision.result.revoked) expired++;
    }
    return expired;
  }),
);
