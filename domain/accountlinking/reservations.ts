import {
  type AccountInfoKind,
  type IdentityEvent,
  type IdentityState,
  PrimaryClaimed,
  PrimaryReleased,
} from '../identity/identity.js';
import { type Group, type Place, placeKey, reservationsOf } from './group.js';

/** Another primary user has an account info in a tenant. */
export interface Conflict {
  readonly kind: AccountInfoKind;
  /** Of that primary user. */
  readonly primaryUserId: string;
}

/** What a primary user has to reserve and what it has no need of any more when it changes. */
export interface ReservationChange {
  readonly primaryUserId: string;
  readonly gained: readonly Place[];
  readonly lost: readonly Place[];
}

/**
 * The reservations that change with a primary user; undefined stands for one that is not there yet, or not any more.
 * What stays reserved can't have been taken meanwhile: nobody but the primary user itself gives it up.
 */
export function reservationChange(before: Group | undefined, after: Group | undefined): ReservationChange {
  const [had, wanted] = [reservationsOf(before), reservationsOf(after)];
  return {
    primaryUserId: (after ?? before)?.primaryUserId ?? '',
    gained: without(wanted, had),
    lost: without(had, wanted),
  };
}

function without(places: readonly Place[], others: readonly Place[]): readonly Place[] {
  const keys = new Set(others.map(placeKey));
  return places.filter((place) => !keys.has(placeKey(place)));
}

/**
 * Makes the reservations what they have to be, or says which other primary user stands in the way (32-users.md 8.1).
 *
 * @param identities those of what is gained, then those of what is lost
 * @returns events for each of them
 */
export function reserve(
  { primaryUserId: userId, gained, lost }: ReservationChange,
  identities: readonly IdentityState[],
  at: number,
): { readonly conflict: Conflict } | { readonly events: readonly (readonly IdentityEvent[])[] } {
  const events: (readonly IdentityEvent[])[] = [];
  for (const [index, { kind }] of gained.entries()) {
    const owner = identities[index]?.primary;
    if (owner !== undefined && owner !== userId) return { conflict: { kind, primaryUserId: owner } };
    events.push(owner === undefined ? [PrimaryClaimed({ userId, at })] : []);
  }
  for (const index of lost.keys())
    events.push(identities[gained.length + index]?.primary === userId ? [PrimaryReleased({ userId, at })] : []);
  return { events };
}
