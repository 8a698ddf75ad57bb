import type { Kysely } from 'kysely';
import type { DirectoryTables } from '../../projections/directory/tables.js';

export type TimeJoinedOrder = 'ASC' | 'DESC';

/** A place in a list of users: that of this user, who need not exist any more. */
export interface ListPlace {
  /** ms since the epoch. */
  readonly timeJoined: number;
  readonly userId: string;
}

/**
 * The memberships of a tenant in the order of user lists, from a place on: by time joined, and those of equal time by
 * descending user id in both orders (32-users.md 4.1). Reads along an index, wherever it starts.
 */
export function membershipsInOrder(
  db: Kysely<DirectoryTables>,
  tenant: { readonly appKey: string; readonly tenantKey: string },
  order: TimeJoinedOrder,
  from: ListPlace | null,
) {
  const rows = db
    .selectFrom('memberships')
    .select(['user_id', 'time_joined'])
    .where('app_key', '=', tenant.appKey)
    .where('tenant_key', '=', tenant.tenantKey)
    .orderBy('time_joined', order === 'ASC' ? 'asc' : 'desc')
    .orderBy('user_id', 'desc');
  if (!from) return rows;
  const [later, notBefore] = order === 'ASC' ? (['>', '>='] as const) : (['<', '<='] as const);
  return rows
    .where('time_joined', notBefore, from.timeJoined)
    .where((eb) => eb.or([eb('time_joined', later, from.timeJoined), eb('user_id', '<=', from.userId)]));
}
