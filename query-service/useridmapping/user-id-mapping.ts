import { isUserId } from '../../domain/user/user.js';
import {
  ExternalUserId,
  externalUserIdStream,
  UserIdMapping,
  userIdMappingStream,
} from '../../domain/useridmapping/user-id-mapping.js';
import { directoryView } from '../../projections/directory/view.js';
import { foldStream } from '../fold-stream.js';
import { type QueryDeps, query } from '../query.js';

export interface UserIdMappingInput {
  readonly appKey: string;
  /** Any text. */
  readonly userId: string;
  /** Which side of the mapping the id is on; ANY: the SuperTokens side first. */
  readonly userIdType: 'SUPERTOKENS' | 'EXTERNAL' | 'ANY';
}

export interface UserIdMappingRecord {
  readonly superTokensUserId: string;
  readonly externalUserId: string;
  readonly info: string | null;
}

/** The mapping that an id is a part of, or null (32-users.md 7.3). */
export const userIdMapping = query<UserIdMappingInput, UserIdMappingRecord | null>(
  'UserIdMapping',
  async (deps, { appKey, userId, userIdType }) => {
    const own = userIdType === 'EXTERNAL' ? null : await mappingOf(deps, appKey, userId);
    if (own || userIdType === 'SUPERTOKENS') return own;
    const holder = await userOfExternalId(deps, appKey, userId);
    return holder === undefined ? null : mappingOf(deps, appKey, holder);
  },
);

/** The login method that an external id stands for. */
export async function userOfExternalId(
  deps: QueryDeps,
  appKey: string,
  externalUserId: string,
): Promise<string | undefined> {
  if (isBehind(deps)) {
    const { userId } = await foldStream(deps.store, ExternalUserId, externalUserIdStream(appKey, externalUserId));
    return userId;
  }
  const row = await deps.directory
    .selectFrom('user_id_mappings')
    .select('user_id')
    .where('app_key', '=', appKey)
    .where('external_user_id', '=', externalUserId)
    .executeTakeFirst();
  return row?.user_id;
}

/** The mapping of a login method by its SuperTokens id; null for any other text. */
export async function mappingOf(deps: QueryDeps, appKey: string, userId: string): Promise<UserIdMappingRecord | null> {
  if (!isUserId(userId)) return null;
  if (isBehind(deps)) {
    const { mapping } = await foldStream(deps.store, UserIdMapping, userIdMappingStream(appKey, userId));
    return mapping ? { superTokensUserId: userId, ...mapping } : null;
  }
  const row = await deps.directory
    .selectFrom('user_id_mappings')
    .select(['external_user_id', 'info'])
    .where('app_key', '=', appKey)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row ? { superTokensUserId: userId, externalUserId: row.external_user_id, info: row.info } : null;
}

function isBehind({ progress }: Pick<QueryDeps, 'progress'>): boolean {
  return progress.isBehind(directoryView.name);
}
