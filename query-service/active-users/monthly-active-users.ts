import { query } from '../query.js';

const DAYS = 31;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface MonthlyActiveUsersInput {
  readonly appKey: string;
}

/** 31 counts: element i is the number of users active in the last i + 1 days (00-conventions.md 13.8). */
export const monthlyActiveUsers = query<MonthlyActiveUsersInput, readonly number[]>(
  'MonthlyActiveUsers',
  async ({ directory, now }, { appKey }) => {
    const end = now();
    const since = (days: number) => end - days * DAY_MS;
    const days = Array.from({ length: DAYS }, (_, index) => index + 1);
    const counts = await directory
      .selectFrom('last_active')
      .select(({ fn }) =>
        days.map((count) => fn.countAll().filterWhere('at', '>=', since(count)).as(`within_${count}`)),
      )
      .where('app_key', '=', appKey)
      .where('at', '>=', since(DAYS))
      .executeTakeFirst();
    return days.map((count) => Number(counts?.[`within_${count}`] ?? 0));
  },
);
