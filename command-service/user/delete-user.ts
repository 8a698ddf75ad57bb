import { departureOnDeletion } from '../../domain/accountlinking/departure.js';
import { findUser } from '../accountlinking/groups.js';
import { type CommandContext, command, type Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { appendDeparture, endSessions, loadLeaving, sessionIdsOf } from './depart.js';

export interface DeleteUserInput {
  readonly target: Target;
  /** Any text; nothing happens if it is the id of nobody. */
  readonly userId: string;
  /** All login methods of a primary user go, else only the one that is named. */
  readonly removeAllLinked: boolean;
}

export interface DeleteUserResult {
  readonly deleted: boolean;
}

/**
 * Deletes a user: its account infos are free in every tenant, its sessions have ended, and nobody can read its personal
 * data again once the key is destroyed (32-users.md 6). The sessions go first: they are found by what is deleted next.
 */
export const deleteUser = command<DeleteUserInput, DeleteUserResult>('DeleteUser', async (context, input) => {
  await endSessions(context, input.target.appKey, await endingSessionIds(context, input));
  return context.transact(async (tx) => {
    const deletion = await decided(tx, input);
    if (!deletion || deletion.departure.deleted.length === 0) return { deleted: false };
    await appendDeparture(tx, input.target, deletion.leaving, deletion.departure, context.now());
    return { deleted: true };
  });
});

async function decided(tx: Tx, { target, userId, removeAllLinked }: DeleteUserInput) {
  const user = await findUser(tx, target.appKey, userId);
  if (!user) return undefined;
  const leaving = await loadLeaving(tx, target, user);
  return { leaving, departure: departureOnDeletion(user.userId, leaving.group, removeAllLinked) };
}

function endingSessionIds(context: CommandContext, input: DeleteUserInput): Promise<string[]> {
  return context.transact(async (tx) => {
    const deletion = await decided(tx, input);
    return deletion ? sessionIdsOf(tx, input.target.appKey, deletion.departure) : [];
  });
}
