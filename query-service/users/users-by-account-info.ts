import { query } from '../query.js';
import { loadUsers } from './load-users.js';
import { type LoginMethodRecord, timeJoined, type UserRecord } from './user-record.js';

/** Something to know a login method by. An email is in its normalised form, the others are verbatim. */
export type AccountInfo =
  | { readonly kind: 'email' | 'phone' | 'webauthn-credential'; readonly value: string }
  | { readonly kind: 'third-party'; readonly thirdPartyId: string; readonly thirdPartyUserId: string };

export interface UsersByAccountInfoInput {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly infos: readonly AccountInfo[];
  /** Users with any of the infos, else only those that have all of them. */
  readonly union: boolean;
}

/**
 * Users with a login method in the tenant that has one of the infos, ascending by time joined. All infos may be found
 * on different methods of the user, also on those in other tenants (32-users.md 3.3).
 */
export const usersByAccountInfo = query<UsersByAccountInfoInput, readonly UserRecord[]>(
  'UsersByAccountInfo',
  async ({ directory }, { appKey, tenantKey, infos, union }) => {
    const emails = infos.flatMap((info) => (info.kind === 'email' ? info.value : []));
    if (emails.length === 0) return [];
    const candidates = await directory
      .selectFrom('memberships')
      .select('user_id')
      .distinct()
      .where('app_key', '=', appKey)
      .where('tenant_key', '=', tenantKey)
      .where('email', 'in', emails)
      .execute();
    const ids = candidates.map((candidate) => candidate.user_id);
    const users = await loadUsers(directory, appKey, ids);
    return users
      .filter((user) => union || infos.every((info) => user.loginMethods.some((method) => has(method, info))))
      .sort((a, b) => timeJoined(a) - timeJoined(b));
  },
);

function has(method: LoginMethodRecord, info: AccountInfo): boolean {
  return info.kind === 'email' && method.email === info.value;
}
