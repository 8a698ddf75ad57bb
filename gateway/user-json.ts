import type { CdiVersion } from '../domain/config/cdi-versions.js';
import { type ThirdPartyAccount, thirdPartyInfo } from '../domain/user/login-method.js';
import { type LoginMethodRecord, timeJoined, type UserRecord } from '../query-service/users/user-record.js';
import { atLeast } from './http/cdi-version.js';

/** A user as a CDI version shows it: flat before 4.0, linked from then on (32-users.md 1). */
export function userJson(user: UserRecord, version: CdiVersion): object {
  return atLeast(version, '4.0') ? linkedUserJson(user, version) : flatUserJson(user);
}

/** A user as an element of `GET /users`: before 4.0 with the recipe of its oldest login method (32-users.md 1.1). */
export function listedUserJson(user: UserRecord, version: CdiVersion): object {
  if (atLeast(version, '4.0')) return linkedUserJson(user, version);
  return { recipeId: user.loginMethods[0]?.recipeId, user: flatUserJson(user) };
}

/** The linked form, which some endpoints answer on every version (32-users.md 1.2, 1.3). */
export function linkedUserJson(user: UserRecord, version: CdiVersion): object {
  const methods = user.loginMethods;
  const newestFirst = methods.toReversed();
  return {
    id: user.id,
    isPrimaryUser: user.isPrimaryUser,
    tenantIds: distinct(methods.flatMap((method) => method.tenantIds)),
    timeJoined: timeJoined(user),
    emails: distinct(newestFirst.flatMap((method) => method.email ?? [])),
    phoneNumbers: distinct(newestFirst.flatMap((method) => method.phoneNumber ?? [])),
    thirdParty: distinctAccounts(newestFirst.flatMap((method) => method.thirdParty ?? [])),
    ...(atLeast(version, '5.3') ? { webauthn: { credentialIds: [] } } : {}),
    loginMethods: methods.map(loginMethodJson),
  };
}

function loginMethodJson(method: LoginMethodRecord): object {
  return {
    tenantIds: method.tenantIds,
    recipeUserId: method.recipeUserId,
    verified: method.verified,
    timeJoined: method.timeJoined,
    recipeId: method.recipeId,
    ...signInInfos(method),
  };
}

function flatUserJson(user: UserRecord): object {
  const [oldest] = user.loginMethods;
  return {
    id: oldest?.recipeUserId ?? user.id,
    timeJoined: oldest?.timeJoined,
    tenantIds: oldest?.tenantIds ?? [],
    ...(oldest ? signInInfos(oldest) : {}),
  };
}

function signInInfos({ email, phoneNumber, thirdParty }: LoginMethodRecord): object {
  return {
    ...(email === undefined ? {} : { email }),
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
    ...(thirdParty === undefined ? {} : { thirdParty }),
  };
}

function distinctAccounts(accounts: readonly ThirdPartyAccount[]): ThirdPartyAccount[] {
  return [...new Map(accounts.map((account) => [thirdPartyInfo(account).value, account])).values()];
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
