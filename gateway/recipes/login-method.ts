import { z } from 'zod';
import type { RecipeId } from '../../domain/identity/identity.js';
import type { UserRecord } from '../../query-service/users/user-record.js';
import type { CdiRequest } from '../request.js';
import { userJson } from '../user-json.js';

/** The longest account info that is stored, in UTF-16 units (40-thirdparty-passwordless.md 1.4). */
const MAX_ACCOUNT_INFO_LENGTH = 256;

/** A text that is about to be stored as an account info. */
export function newAccountInfo(field: string, normalise: (text: string) => string = (text) => text) {
  return z.string().refine((text) => normalise(text).length <= MAX_ACCOUNT_INFO_LENGTH, {
    error: `Field name '${field}' must not be longer than ${MAX_ACCOUNT_INFO_LENGTH} characters`,
  });
}

/** A user as one of its login methods alone (30-emailpassword.md 2.3); null if it has no such one by this recipe. */
export function onlyMethod(user: UserRecord | null, given: string, recipe: RecipeId): UserRecord | null {
  const method = user?.loginMethods.find((own) => own.superTokensUserId === given || own.recipeUserId === given);
  if (!user || method?.recipeId !== recipe) return null;
  const { recipeUserId: id, superTokensUserId } = method;
  return { id, superTokensUserId, isPrimaryUser: user.isPrimaryUser, loginMethods: [method] };
}

/** A user whom a call found or made by a login method: that is the one which the flat form before CDI 4.0 shows. */
export function userByMethodJson(
  request: CdiRequest,
  user: UserRecord,
  isThatMethod: (method: UserRecord['loginMethods'][number]) => boolean,
): object {
  if (request.since('4.0')) return userJson(user, request.version);
  return userJson({ ...user, loginMethods: user.loginMethods.filter(isThatMethod) }, request.version);
}

/** The answer to a sign-in. The login method that was used goes by the id that the user object shows. */
export function signedInJson(request: CdiRequest, user: UserRecord, superTokensUserId: string): object {
  const method = user.loginMethods.find((own) => own.superTokensUserId === superTokensUserId);
  return {
    status: 'OK',
    user: userByMethodJson(request, user, (own) => own === method),
    ...(request.since('4.0') ? { recipeUserId: method?.recipeUserId ?? superTokensUserId } : {}),
  };
}
