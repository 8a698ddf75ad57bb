import { query } from '../query.js';

export interface CountActiveUsersInput {
  readonly appKey: string;
  /** ms since the epoch. */
  readonly since: number;
}

/** How many ids of the app were active at or after a moment (32-users.md 3.5). */
export const countActiveUsers = query<CountActiveUsersInput, number>(
  'CountActiveUsers',
  async ({ directory }, { appKey, since }) => {
    const counted = await directory
      .selectFrom('last_active')
      .select(({ fn }) => fn.countAll<number>().as('users'))
      .where('app_key', '=', appKey)
      .where('at', '>=', since)
      .executeTakeFirst();
    return Number(counted?.users ?? 0);
  },
);
