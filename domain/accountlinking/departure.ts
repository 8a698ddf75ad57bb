import { UserDeleted, type UserEvent } from '../user/events.js';
import {
  type LinkingEvent,
  LoginMethodUnlinked,
  PrimaryLoginMethodDeleted,
  PrimaryUserDemoted,
  UnlinkedFromPrimary,
} from './events.js';
import { type Group, withoutMember } from './group.js';

/** What becomes of a user when login methods of it go. */
export interface Departure {
  /** Login methods that are gone. */
  readonly deleted: readonly string[];
  /** Ids that are nobody's from now on: all that is kept under them goes too. */
  readonly ended: readonly string[];
  /** Login methods that are users of their own again. */
  readonly unlinked: readonly string[];
  /** The primary user afterwards; undefined if there is none. */
  readonly after: Group | undefined;
}

/** Nothing happens. */
export const NO_DEPARTURE: Departure = { deleted: [], ended: [], unlinked: [], after: undefined };

/**
 * What deleting a user means (32-users.md 6.1; W4, W5, W6).
 *
 * @param userId the id that was named: of a login method, or of a primary user whose own login method is gone
 * @param group undefined for an unlinked user
 */
export function departureOnDeletion(userId: string, group: Group | undefined, removeAllLinked: boolean): Departure {
  if (!group) return { deleted: [userId], ended: [userId], unlinked: [], after: undefined };
  const ids = group.members.map((member) => member.userId);
  const everything = [...new Set([group.primaryUserId, ...ids])];
  if (removeAllLinked) return { deleted: ids, ended: everything, unlinked: [], after: undefined };
  if (!ids.includes(userId)) return { ...NO_DEPARTURE, after: group };
  const after = withoutMember(group, userId);
  if (!after) return { deleted: ids, ended: everything, unlinked: [], after };
  return { deleted: [userId], ended: userId === group.primaryUserId ? [] : [userId], unlinked: [], after };
}

export interface UnlinkResult {
  readonly wasRecipeUserDeleted: boolean;
  readonly wasLinked: boolean;
}

/** What unlinking a login method means (32-users.md 8.6; W4, W6). */
export function departureOnUnlink(userId: string, group: Group | undefined): Departure & UnlinkResult {
  const without = group && withoutMember(group, userId);
  if (!group?.members.some((member) => member.userId === userId))
    return { ...NO_DEPARTURE, after: group, wasRecipeUserDeleted: false, wasLinked: false };
  if (userId === group.primaryUserId && without)
    return { ...departureOnDeletion(userId, group, false), wasRecipeUserDeleted: true, wasLinked: true };
  const ended = without || userId === group.primaryUserId ? [] : [group.primaryUserId];
  return { deleted: [], ended, unlinked: [userId], after: without, wasRecipeUserDeleted: false, wasLinked: true };
}

/** Events by the user whose stream they belong to. */
export type EventsByUser = ReadonlyMap<string, readonly (UserEvent | LinkingEvent)[]>;

/** What a departure writes on the streams of the users concerned. */
export function departureEvents(app: string, group: Group | undefined, departure: Departure, at: number): EventsByUser {
  const { deleted, ended, unlinked, after } = departure;
  const primaryUserId = group?.primaryUserId;
  const events = new Map<string, (UserEvent | LinkingEvent)[]>();
  for (const userId of new Set([...unlinked, ...deleted, ...ended])) {
    const own: (UserEvent | LinkingEvent)[] = [];
    if (primaryUserId !== undefined && userId !== primaryUserId)
      own.push(UnlinkedFromPrimary({ app, userId, primaryUserId, at }));
    if (ended.includes(userId)) own.push(UserDeleted({ app, userId, at }));
    else if (unlinked.includes(userId) && userId === primaryUserId) own.push(PrimaryUserDemoted({ app, userId, at }));
    else if (deleted.includes(userId)) own.push(PrimaryLoginMethodDeleted({ app, userId, at }));
    events.set(userId, own);
  }
  if (primaryUserId !== undefined && after)
    for (const recipeUserId of new Set([...unlinked, ...deleted]))
      if (recipeUserId !== primaryUserId)
        events.set(primaryUserId, [LoginMethodUnlinked({ app, userId: primaryUserId, recipeUserId, at })]);
  return events;
}
