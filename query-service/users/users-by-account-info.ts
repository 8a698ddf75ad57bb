import type { AccountInfo } from '../../domain/user/login-method.js';
import { accountInfosOf } from '../../domain/user/login-method.js';
import { query } from '../query.js';
import { infoColumn } from './info-columns.js';
import { loadUsers } from './load-users.js';
import { timeJoined, type UserRecord } from './user-record.js';

/** Something to look users up by: an account info, normalised, or the id of a webauthn credential. */
export type SearchedInfo = AccountInfo | { readonly kind: 'webauthn-credential'; readonly value: string };

export interface UsersByAccountInfoInput {
  readonly appKey: string;
  readonly tenantKey: string;
  readonly infos: readonly SearchedInfo[];
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
    const ids = new Set<string>();
    for (const { kind, value } of infos) {
      // No login method has a credential.
      if (kind === 'webauthn-credential') continue;
      const candidates = await directory
        .selectFrom('memberships')
        .select('user_id')
        .distinct()
        .where('app_key', '=', appKey)
        .where('tenant_key', '=', tenantKey)
        .where(infoColumn[kind], '=', value)
        .execute();
      for (const candidate of candidates) ids.add(candidate.user_id);
    }
    const users = await loadUsers(directory, appKey, [...ids]);
    return users
      .filter((user) => union || infos.every((info) => has(user, info)))
      .sort((a, b) => timeJoined(a) - timeJoined(b));
  },
);

function has(user: UserRecord, { kind, value }: SearchedInfo): boolean {
  return user.loginMethods.some((method) =>
    accountInfosOf(method).some((info) => info.kind === kind && info.value === value),
  );
}
