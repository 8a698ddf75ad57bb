import { activityStream, UserWasActive } from '../../domain/activity/activity.js';
import { userSubject } from '../../domain/user/user.js';
import type { CommandContext } from '../command.js';

const THROTTLE_MS = 5 * 60_000;

/**
 * Notes that a user was active now, at most once in 5 minutes per process (no throttle in test mode). A failure is
 * swallowed: it never fails the request (00-conventions.md 13.7).
 *
 * @param userId the SuperTokens id of the user, or any string that sessions are made for
 */
export async function recordActivity(context: CommandContext, appKey: string, userId: string): Promise<void> {
  const at = context.now();
  const { recentlyActive } = context.memory;
  const key = `${appKey}|${userId}`;
  if (!context.testMode && at - (recentlyActive.get(key) ?? Number.NEGATIVE_INFINITY) < THROTTLE_MS) return;
  try {
    await context.record([
      {
        stream: activityStream(appKey, at),
        event: UserWasActive({ app: appKey, userId, at }),
        subject: userSubject(appKey, userId),
      },
    ]);
    recentlyActive.set(key, at);
  } catch (error) {
    context.onSwallowed('record user activity', error);
  }
}
