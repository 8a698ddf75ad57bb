import type { Target } from '../../command-service/command.js';
import { ContentionError } from '../../infra/ports/contention.js';
import { userById } from '../../query-service/users/user-by-id.js';
import type { LoginMethodRecord, UserRecord } from '../../query-service/users/user-record.js';
import type { CdiRequest } from '../request.js';

/** How often a command is sent again because the user it was about is gone: each time somebody else has to delete it. */
const MAX_TRIES = 3;

export interface NewUser
  extends Pick<LoginMethodRecord, 'recipeId' | 'verified' | 'timeJoined' | 'email' | 'phoneNumber' | 'thirdParty'> {
  readonly userId: string;
}

/** A user as a command has just made it. By now it may have been changed, linked or deleted by others. */
export function newUser(
  { tenantId }: Target,
  { userId, email, phoneNumber, thirdParty, ...rest }: NewUser,
): UserRecord {
  const method: LoginMethodRecord = {
    ...rest,
    ...(email === undefined ? {} : { email: asStored(email) }),
    ...(phoneNumber === undefined ? {} : { phoneNumber: asStored(phoneNumber) }),
    ...(thirdParty && { thirdParty: { id: asStored(thirdParty.id), userId: asStored(thirdParty.userId) } }),
    recipeUserId: userId,
    superTokensUserId: userId,
    tenantIds: [tenantId],
  };
  return { id: userId, superTokensUserId: userId, isPrimaryUser: false, loginMethods: [method] };
}

/** Stores write texts as UTF-8, which has no half surrogate pairs. */
function asStored(text: string): string {
  return Buffer.from(text).toString();
}

/** The user that somebody has just signed in to by one of its login methods; undefined if that was deleted since. */
export async function signedInUser(
  request: CdiRequest,
  appKey: string,
  recipeUserId: string,
): Promise<UserRecord | undefined> {
  const user = await request.ask(userById, { appKey, userId: recipeUserId });
  const isThere = user?.loginMethods.some((method) => method.superTokensUserId === recipeUserId);
  return user && isThere ? user : undefined;
}

/**
 * Tries until there is an answer, for commands that do well without the user they found: sent again after it was
 * deleted, they make another one, as if the request had come after that.
 *
 * @throws ContentionError past a number of tries
 */
export async function untilAnswered<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const answer = await attempt();
    if (answer !== undefined) return answer;
  }
  throw new ContentionError(`gave up after ${MAX_TRIES} tries: the user was always deleted at once`);
}
