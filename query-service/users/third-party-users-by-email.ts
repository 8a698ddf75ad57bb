import { query } from '../query.js';
import { loadUsers } from './load-users.js';
import { timeJoined, type UserRecord } from './user-record.js';

export interface ThirdPartyUsersByEmailInput {
  readonly appKey: string;
  readonly tenantKey: string;
  /** Normalised. */
  readonly email: string;
}

/**
 * The users with a third-party login method in the tenant that has this email, each once, ascending by time joined
 * (40-thirdparty-passwordless.md 3.5, W6).
 */
export const thirdPartyUsersByEmail = query<ThirdPartyUsersByEmailInput, readonly UserRecord[]>(
  'ThirdPartyUsersByEmail',
  async ({ directory }, { appKey, tenantKey, email }) => {
    const holders = await directory
      .selectFrom('memberships')
      .select('user_id')
      .distinct()
      .where('app_key', '=', appKey)
      .where('tenant_key', '=', tenantKey)
      .where('email', '=', email)
      .where('recipe', '=', 'thirdparty')
      .execute();
    const users = await loadUsers(
      directory,
      appKey,
      holders.map((holder) => holder.user_id),
    );
    return users.sort((a, b) => timeJoined(a) - timeJoined(b));
  },
);
