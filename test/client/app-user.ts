import type { User } from 'supertokens-node';

/** A user as the SDK shows it to the app. */
export interface AppUser {
  readonly id: string;
  readonly isPrimaryUser: boolean;
  readonly tenantIds: readonly string[];
  readonly emails: readonly string[];
  readonly phoneNumbers: readonly string[];
  readonly thirdParty: readonly { readonly id: string; readonly userId: string }[];
  readonly timeJoined: number;
  readonly loginMethods: readonly {
    readonly recipeId: string;
    readonly recipeUserId: string;
    readonly email: string | undefined;
    readonly phoneNumber: string | undefined;
    readonly verified: boolean;
    readonly tenantIds: readonly string[];
  }[];
}

/** Shows a user as plain JSON: the SDK's own objects carry methods. */
export function shownUser(user: User): AppUser {
  const { id, isPrimaryUser, tenantIds, emails, phoneNumbers, thirdParty, timeJoined } = user;
  const loginMethods = user.loginMethods.map((method) => ({
    recipeId: method.recipeId,
    recipeUserId: method.recipeUserId.getAsString(),
    email: method.email,
    phoneNumber: method.phoneNumber,
    verified: method.verified,
    tenantIds: method.tenantIds,
  }));
  return { id, isPrimaryUser, tenantIds, emails, phoneNumbers, thirdParty, timeJoined, loginMethods };
}
