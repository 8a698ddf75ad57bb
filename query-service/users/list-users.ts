import type { RecipeId } from '../../domain/identity/identity.js';
import { query } from '../query.js';
import { type ListPlace, membershipsInOrder, type TimeJoinedOrder } from './list-order.js';
import { loadUsers } from './load-users.js';
import type { UserRecord } from './user-record.js';

export interface ListUsersInput {
  readonly appKey: string;
  readonly tenantKey: string;
  /** Null: of every recipe. A user is listed for a login method that is of one of these and in the tenant. */
  readonly recipes: readonly RecipeId[] | null;
  readonly order: TimeJoinedOrder;
  readonly limit: number;
  /** Where the page starts; null: with the first user. */
  readonly from: ListPlace | null;
}

export interface UserPage {
  readonly users: readonly UserRecord[];
  /** Where the next page starts; null after the last one. */
  readonly next: ListPlace | null;
}

/** One page of the users of a tenant (32-users.md 3.2, 4.1). */
export const listUsers = query<ListUsersInput, UserPage>('ListUsers', async ({ directory }, input) => {
  const { recipes, limit } = input;
  let places = membershipsInOrder(directory, input, input.order, input.from)
    .distinct()
    .limit(limit + 1);
  if (recipes) places = places.where('recipe', 'in', recipes);
  const rows = await places.execute();
  const beyond = rows[limit];
  const page = rows.slice(0, limit).map((row) => row.user_id);
  return {
    users: await loadUsers(directory, input.appKey, page),
    next: beyond ? { timeJoined: beyond.time_joined, userId: beyond.user_id } : null,
  };
});
