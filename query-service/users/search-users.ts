import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { DirectoryTables } from '../../projections/directory/tables.js';
import { query } from '../query.js';
import { type ListPlace, membershipsInOrder, type TimeJoinedOrder } from './list-order.js';
import { loadUsers } from './load-users.js';
import { prefixRange } from './prefix-range.js';
import type { UserRecord } from './user-record.js';

/** The most users a search answers with (32-users.md 4.2). */
export const MAX_FOUND = 1_000;
/** Up to here all matches are gathered and sorted; a search that matches more walks the list in its order instead. */
const MAX_GATHERED = 10_000;
const WALK_PAGE = 1_000;

/**
 * Prefixes in lower case by what they are prefixes of, not more of them than the edge lets through: any one of a kind,
 * and every kind that has some, on the same login method.
 */
export interface SearchTags {
  readonly email: readonly string[];
  readonly phone: readonly string[];
  readonly provider: readonly string[];
}

export interface SearchUsersInput {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly tags: SearchTags;
  readonly order: TimeJoinedOrder;
}

/**
 * The users of a tenant with a login method there that matches: its email, or the part behind the `@`, its phone number,
 * or the id of its third party starts with a tag.
 * The first {@link MAX_FOUND} in the order of lists (32-users.md 4.2). No single step takes long.
 */
export const searchUsers = query<SearchUsersInput, readonly UserRecord[]>(
  'SearchUsers',
  async ({ directory }, input) => {
    const places = (await gather(directory, input)) ?? (await walk(directory, input));
    return loadUsers(directory, input.appKey, places.slice(0, MAX_FOUND));
  },
);

/** The columns that a tag is compared with, by its kind. */
const COLUMNS = {
  email: ['email', 'email_domain'],
  phone: ['phone_number'],
  provider: ['provider'],
} as const satisfies Readonly<Record<keyof SearchTags, readonly (keyof SearchedRow)[]>>;

const KINDS = ['email', 'phone', 'provider'] as const;

type SearchedRow = Pick<DirectoryTables['memberships'], 'email' | 'email_domain' | 'phone_number' | 'provider'>;

/** The ids of all that match, in order; undefined if they are too many to sort. */
async function gather(db: Kysely<DirectoryTables>, input: SearchUsersInput): Promise<string[] | undefined> {
  const places = new Map<string, number>();
  // Rows are looked up by the first kind that has tags; those of the other kinds only sort out.
  const looked = KINDS.find((kind) => input.tags[kind].length > 0) ?? 'email';
  for (const prefix of input.tags[looked])
    for (const column of COLUMNS[looked]) {
      const { from, before } = prefixRange(prefix);
      let matching = db
        .selectFrom('memberships')
        .select(['user_id', 'time_joined', 'email', 'email_domain', 'phone_number', 'provider'])
        .where('app_key', '=', input.appKey)
        .where('tenant_key', '=', input.tenantKey)
        .where(column, '>=', from)
        .limit(MAX_GATHERED + 1);
      if (before !== undefined) matching = matching.where(column, '<', before);
      const rows = await matching.execute();
      for (const row of rows) if (matches(row, input.tags)) places.set(row.user_id, row.time_joined);
      if (Math.max(rows.length, places.size) > MAX_GATHERED) return undefined;
      await setImmediate();
    }
  const direction = input.order === 'ASC' ? 1 : -1;
  return [...places]
    .sort(([idA, timeA], [idB, timeB]) => direction * (timeA - timeB) || (idA < idB ? 1 : -1))
    .map(([userId]) => userId);
}

/** The ids of the first matches in order, page by page: other requests have their turn in between. */
async function walk(db: Kysely<DirectoryTables>, input: SearchUsersInput): Promise<string[]> {
  const found = new Set<string>();
  let from: ListPlace | null = null;
  do {
    const rows: (SearchedRow & { user_id: string; time_joined: number })[] = await membershipsInOrder(
      db,
      input,
      input.order,
      from,
    )
      .select(['email', 'email_domain', 'phone_number', 'provider'])
      .limit(WALK_PAGE + 1)
      .execute();
    const next = rows[WALK_PAGE];
    from = next ? { timeJoined: next.time_joined, userId: next.user_id } : null;
    for (const row of rows) if (matches(row, input.tags)) found.add(row.user_id);
    await setImmediate();
  } while (from && found.size < MAX_FOUND);
  return [...found];
}

function matches(row: SearchedRow, tags: SearchTags): boolean {
  return KINDS.every(
    (kind) =>
      tags[kind].length === 0 ||
      COLUMNS[kind].some((column) => tags[kind].some((prefix) => row[column]?.startsWith(prefix))),
  );
}
