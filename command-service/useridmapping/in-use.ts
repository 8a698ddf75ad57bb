import type { NonAuthRecipe } from '../../domain/useridmapping/decide.js';
import type { CommandContext, Target } from '../command.js';
import { isUsedByEmailVerification } from '../emailverification/email-verification.js';
import type { Tx } from '../unit-of-work.js';
import { isUsedByUserMetadata } from '../usermetadata/in-use.js';
import { isUsedByUserRoles } from '../userroles/roles-of-user.js';

type IsUsed = (tx: Tx, context: CommandContext, target: Target, userId: string) => Promise<boolean>;

/** In the order in which their use is reported (32-users.md 7.2 step 4). */
const recipes: readonly (readonly [NonAuthRecipe, IsUsed])[] = [
  ['Session', isUsedBySession],
  ['UserMetadata', (tx, _context, { appKey }, userId) => isUsedByUserMetadata(tx, appKey, userId)],
  ['UserRoles', (tx, _context, target, userId) => isUsedByUserRoles(tx, target, userId)],
  ['EmailVerification', (tx, context, { appKey }, userId) => isUsedByEmailVerification(tx, context, appKey, userId)],
];

/** Who keeps data under any user id, and knows no users. */
export async function usedBy(
  tx: Tx,
  context: CommandContext,
  target: Target,
  userId: string,
): Promise<readonly NonAuthRecipe[]> {
  const found: NonAuthRecipe[] = [];
  for (const [recipe, isUsed] of recipes) if (await isUsed(tx, context, target, userId)) found.push(recipe);
  return found;
}

async function isUsedBySession(_tx: Tx, context: CommandContext, { appKey }: Target, userId: string): Promise<boolean> {
  const sessions = await context.sessionIndex.sessionsOf({ appKey, userIds: [userId], now: context.now() });
  return sessions.length > 0;
}
