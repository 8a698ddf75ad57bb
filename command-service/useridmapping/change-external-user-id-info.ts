import { changeInfo } from '../../domain/useridmapping/decide.js';
import { UserIdMapping, userIdMappingStream } from '../../domain/useridmapping/user-id-mapping.js';
import { command } from '../command.js';
import { findMapping, isAuthId, type UserIdType } from './resolve-user-id.js';

export interface ChangeExternalUserIdInfoInput {
  readonly appKey: string;
  /** Any text. */
  readonly userId: string;
  readonly userIdType: UserIdType;
  /** Null clears it. */
  readonly info: string | null;
}

export interface ChangeExternalUserIdInfoResult {
  readonly status: 'OK' | 'UNKNOWN_MAPPING_ERROR';
}

/** Replaces what is noted about an external id; of an id of ours only its own mapping counts (32-users.md 7.5). */
export const changeExternalUserIdInfo = command<ChangeExternalUserIdInfoInput, ChangeExternalUserIdInfoResult>(
  'ChangeExternalUserIdInfo',
  (context, { appKey, userId, userIdType, info }) =>
    context.transact(async (tx) => {
      const ownOnly = userIdType === 'ANY' && (await isAuthId(tx, appKey, userId));
      const own = await findMapping(tx, appKey, userId, ownOnly ? 'SUPERTOKENS' : userIdType);
      if (!own) return { status: 'UNKNOWN_MAPPING_ERROR' };
      const { status, events } = changeInfo(own, info, context.now());
      tx.append(UserIdMapping, userIdMappingStream(own.appKey, own.userId), events);
      return { status };
    }),
);
