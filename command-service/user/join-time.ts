import type { CommandContext } from '../command.js';

/**
 * The time a user joins: now, but later than the last one this process gave in the app, so that lists keep the order
 * of creation (32-users.md 4.1).
 *
 * @returns ms since the epoch
 */
export function joinTime(context: CommandContext, appKey: string): number {
  const { lastJoined } = context.memory;
  const time = Math.max(context.now(), (lastJoined.get(appKey) ?? 0) + 1);
  lastJoined.set(appKey, time);
  return time;
}
