import { type Group, growsTooLarge, withMember } from '../../domain/accountlinking/group.js';
import { type Conflict, reservationChange, reserve } from '../../domain/accountlinking/reservations.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import type { LoginMethod } from '../../domain/user/login-method.js';
import type { UserState } from '../../domain/user/user.js';
import type { Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { appendIdentities } from '../user/claims.js';
import { groupOf, memberOf } from './groups.js';

/** What has to be reserved and given up when a primary user changes, or who stands in the way. */
export interface PlannedReservations {
  readonly conflict: Conflict | undefined;
  /** The change must be refused: the primary user would grow beyond what one append can delete. */
  readonly isTooLarge: boolean;
  /** Writes it down; to be called once it is decided that the primary user changes. */
  apply(): void;
}

/** Looks at every place that a primary user has before or after a change (32-users.md 8.1). */
export async function planReservations(
  tx: Tx,
  appKey: string,
  before: Group | undefined,
  after: Group | undefined,
  at: number,
): Promise<PlannedReservations> {
  if (growsTooLarge(before, after)) return { conflict: undefined, isTooLarge: true, apply: mustNotApply };
  const change = reservationChange(before, after);
  const places = [...change.gained, ...change.lost];
  const ids = places.map(({ tenantKey, kind, value }) => identityStream(appKey, tenantKey, kind, value));
  const identities = await Promise.all(ids.map((id) => tx.load(Identity, id)));
  const decision = reserve(change, identities, at);
  return 'conflict' in decision
    ? { conflict: decision.conflict, isTooLarge: false, apply: mustNotApply }
    : { conflict: undefined, isTooLarge: false, apply: () => appendIdentities(tx, ids, decision.events) };
}

function mustNotApply(): never {
  throw new Error('a change that was refused must not be written down');
}

/**
 * What it means for the primary user of a login method, if it has one, that this login method becomes another one: with
 * another email or phone number, or in other tenants.
 */
export async function planMemberChange(
  tx: Tx,
  target: Target,
  user: UserState,
  changed: LoginMethod,
  at: number,
): Promise<PlannedReservations> {
  const before = await groupOf(tx, target, user);
  const member = before && (await memberOf(tx, target, { userId: user.userId, method: changed }));
  const after = before && member && withMember(before, member);
  return planReservations(tx, target.appKey, before, after, at);
}
