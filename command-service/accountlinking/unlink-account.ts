import { departureOnUnlink, type UnlinkResult } from '../../domain/accountlinking/departure.js';
import type { BadInput } from '../../domain/tenancy/result.js';
import { type CommandContext, command, type Target } from '../command.js';
import { revokeSessionsOfUser, revokeSessionsWith, type UserRevocation } from '../session/revoke-sessions.js';
import type { Tx } from '../unit-of-work.js';
import { appendDeparture, endSessions, loadLeaving, sessionIdsOf } from '../user/depart.js';
import { findUser } from './groups.js';
import { UNKNOWN_USER } from './refusals.js';

export interface UnlinkAccountInput {
  readonly target: Target;
  /** Any text. */
  readonly recipeUserId: string;
}

export type UnlinkAccountResult = ({ readonly status: 'OK' } & UnlinkResult) | BadInput;

/** Takes a login method out of its primary user; its own sessions end (32-users.md 8.6). */
export const unlinkAccount = command<UnlinkAccountInput, UnlinkAccountResult>(
  'UnlinkAccount',
  async (context, input) => {
    const { appKey } = input.target;
    await endSessions(context, appKey, await endingSessionIds(context, input));
    const { result, userId } = await unlink(context, input);
    if (result.status === 'OK' && result.wasLinked) await revokeSessionsOfUser(context, ending(input.target, userId));
    return result;
  },
);

function ending({ appKey }: Target, userId: string): UserRevocation {
  return { appKey, userId, reason: 'account-unlinked' };
}

async function decided(tx: Tx, { target, recipeUserId }: UnlinkAccountInput) {
  const user = await findUser(tx, target.appKey, recipeUserId);
  if (!user) return undefined;
  const leaving = await loadLeaving(tx, target, user);
  return { leaving, departure: departureOnUnlink(user.userId, leaving.group) };
}

/** Unlinking the last login method of a primary user whose own is gone ends that primary user (32-users.md W6). */
function endingSessionIds(context: CommandContext, input: UnlinkAccountInput): Promise<string[]> {
  return context.transact(async (tx) => {
    const unlinking = await decided(tx, input);
    return unlinking ? sessionIdsOf(tx, input.target.appKey, unlinking.departure) : [];
  });
}

function unlink(
  context: CommandContext,
  input: UnlinkAccountInput,
): Promise<{ readonly result: UnlinkAccountResult; readonly userId: string }> {
  return context.transact(async (tx) => {
    const unlinking = await decided(tx, input);
    if (!unlinking) return { result: UNKNOWN_USER, userId: '' };
    const { leaving, departure } = unlinking;
    const { wasLinked, wasRecipeUserDeleted } = departure;
    const { userId } = leaving.user;
    if (wasLinked) {
      await revokeSessionsWith(tx, context, ending(input.target, userId));
      await appendDeparture(tx, input.target, leaving, departure, context.now());
    }
    return { result: { status: 'OK', wasRecipeUserDeleted, wasLinked }, userId };
  });
}
