import { type AccountInfo, accountInfosOf, claimsOf, type LoginMethod } from '../user/login-method.js';

/** A login method as part of a user. Its `tenants` are those that have not been removed since. */
export interface Member {
  readonly userId: string;
  readonly method: LoginMethod;
}

/** A primary user: its own login method first, if that is still there, then the others in the order they were linked. */
export interface Group {
  readonly primaryUserId: string;
  readonly members: readonly Member[];
}

/** The group with another member, or with another method of this one. */
export function withMember(group: Group, member: Member): Group {
  const isThere = group.members.some(({ userId }) => userId === member.userId);
  const members = isThere
    ? group.members.map((other) => (other.userId === member.userId ? member : other))
    : [...group.members, member];
  return { ...group, members };
}

/** What is left of the group without a member; undefined if that is nothing. */
export function withoutMember(group: Group, userId: string): Group | undefined {
  const members = group.members.filter((member) => member.userId !== userId);
  return members.length === 0 ? undefined : { ...group, members };
}

/** An account info in a tenant. */
export interface Place extends AccountInfo {
  readonly tenantKey: string;
}

const KINDS = ['thirdparty', 'email', 'phone'] as const;

/**
 * What a primary user keeps from all others: every account info of any of its login methods in every tenant of any of
 * them (T x A, 32-users.md 8.1). Each once; third-party accounts come first, since their conflicts are reported first.
 */
export function reservationsOf(group: Group | undefined): readonly Place[] {
  if (!group) return [];
  const tenantKeys = new Set(group.members.flatMap(({ method }) => method.tenants));
  const infos = new Map<string, AccountInfo>();
  for (const { method } of group.members)
    for (const info of accountInfosOf(method)) infos.set(`${info.kind} ${info.value}`, info);
  const inOrder = [...infos.values()].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return inOrder.flatMap((info) => [...tenantKeys].map((tenantKey) => ({ tenantKey, ...info })));
}

/** What a login method holds by itself: what its recipe may have only once in a tenant. */
export function holdingsOf({ method }: Member): readonly Place[] {
  return method.tenants.flatMap((tenantKey) => claimsOf(method).map((info) => ({ tenantKey, ...info })));
}

/** The name of a place: equal for equal places. */
export function placeKey({ tenantKey, kind, value }: Place): string {
  return `${tenantKey} ${kind} ${value}`;
}

/**
 * How many reservations, holdings and links a primary user may come to, a limit of our own: all of them can be given up
 * in one append (event-log-contract.md, "Append").
 */
export const MAX_GROUP_SIZE = 700;

/** Whether a change makes a user so large that it could not be deleted in one append. */
export function growsTooLarge(before: Group | undefined, after: Group | undefined): boolean {
  const size = sizeOf(after);
  return size > MAX_GROUP_SIZE && size > sizeOf(before);
}

function sizeOf(group: Group | undefined): number {
  const holdings = group?.members.reduce((sum, member) => sum + holdingsOf(member).length + 1, 0) ?? 0;
  return reservationsOf(group).length + holdings;
}
