import { isKnownUser, isUserId, User, userStream } from '../../domain/user/user.js';
import {
  ExternalUserId,
  externalUserIdStream,
  UserIdMapping,
  type UserIdMappingState,
  userIdMappingStream,
} from '../../domain/useridmapping/user-id-mapping.js';
import type { CommandContext } from '../command.js';
import type { Tx } from '../unit-of-work.js';

/** What kind of id a caller says it gives (32-users.md 2). */
export type UserIdType = 'SUPERTOKENS' | 'EXTERNAL' | 'ANY';

/** Whether any text is the id of a login method, or of a primary user whose own login method is gone. */
export async function isAuthId(tx: Tx, appKey: string, id: string): Promise<boolean> {
  if (!isUserId(id)) return false;
  return isKnownUser(await tx.load(User, userStream(appKey, id)));
}

/**
 * The SuperTokens id that any text stands for: itself, or the login method that has it as external id. The former wins,
 * so that everybody can be reached by the own id (32-users.md 2, W10).
 */
export async function resolveUserId(tx: Tx, appKey: string, given: string): Promise<string | undefined> {
  return (await isAuthId(tx, appKey, given)) ? given : userOfExternalId(tx, appKey, given);
}

/** As {@link resolveUserId}, of what holds at this moment. Text that stands for nobody is answered as it is. */
export function resolvedUserId(context: CommandContext, appKey: string, given: string): Promise<string> {
  return context.transact(async (tx) => (await resolveUserId(tx, appKey, given)) ?? given);
}

/** The login method that an external id stands for. */
export async function userOfExternalId(tx: Tx, appKey: string, externalUserId: string): Promise<string | undefined> {
  const { userId } = await tx.load(ExternalUserId, externalUserIdStream(appKey, externalUserId));
  return userId;
}

/** The external id of a login method, if it has one. Takes any text. */
export async function externalIdOf(tx: Tx, appKey: string, userId: string): Promise<string | undefined> {
  return (await mappingOf(tx, appKey, userId)).mapping?.externalUserId;
}

/** The id that clients know a login method by: the external one, else the SuperTokens one (32-users.md 0). */
export async function effectiveId(tx: Tx, appKey: string, userId: string): Promise<string> {
  return (await externalIdOf(tx, appKey, userId)) ?? userId;
}

/** The stream of a login method's mapping, folded; one without a mapping for text that is no id of ours. */
export async function mappingOf(tx: Tx, appKey: string, userId: string): Promise<UserIdMappingState> {
  return isUserId(userId) ? tx.load(UserIdMapping, userIdMappingStream(appKey, userId)) : UserIdMapping.initial;
}

/** The mapping that an id of some type is a part of; of type ANY, as its SuperTokens side first (32-users.md 2). */
export async function findMapping(
  tx: Tx,
  appKey: string,
  given: string,
  type: UserIdType,
): Promise<UserIdMappingState | undefined> {
  if (type !== 'EXTERNAL') {
    const own = await mappingOf(tx, appKey, given);
    if (own.mapping) return own;
  }
  if (type === 'SUPERTOKENS') return undefined;
  const userId = await userOfExternalId(tx, appKey, given);
  return userId === undefined ? undefined : mappingOf(tx, appKey, userId);
}
