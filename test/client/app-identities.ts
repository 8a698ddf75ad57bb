import {
  convertToRecipeUserId,
  createUserIdMapping,
  deleteUserIdMapping,
  getUserIdMapping,
  type User,
  updateOrDeleteUserIdMappingInfo,
} from 'supertokens-node';
import {
  canCreatePrimaryUser,
  canLinkAccounts,
  createPrimaryUser,
  linkAccounts,
  unlinkAccount,
} from 'supertokens-node/recipe/accountlinking';
import {
  createCode,
  createNewCodeForDevice,
  listCodesByEmail,
  revokeAllCodes,
} from 'supertokens-node/recipe/passwordless';
import { manuallyCreateOrUpdateUser } from 'supertokens-node/recipe/thirdparty';
import { shownUser } from './app-user.js';

function shown<R extends { status: string; user?: User }>(result: R) {
  const { user, ...rest } = result;
  return { ...rest, ...(user === undefined ? {} : { user: shownUser(user) }) };
}

/** What the app's own code does outside of a request with the identities of its users: their login methods and ids. */
export const identityFunctions = {
  async signInUpThirdParty(tenantId: string, provider: string, userId: string, email: string, isVerified: boolean) {
    const result = await manuallyCreateOrUpdateUser(tenantId, provider, userId, email, isVerified);
    if (result.status !== 'OK') return result;
    const { status, createdNewRecipeUser, recipeUserId, user } = result;
    return { status, createdNewRecipeUser, recipeUserId: recipeUserId.getAsString(), user: shownUser(user) };
  },
  createCode: (tenantId: string, email: string) => createCode({ tenantId, email }),
  createNewCode: (tenantId: string, deviceId: string) => createNewCodeForDevice({ tenantId, deviceId }),
  codesOf: (tenantId: string, email: string) => listCodesByEmail({ tenantId, email }),
  revokeCodesOf: (tenantId: string, email: string) => revokeAllCodes({ tenantId, email }),
  canBePrimary: (recipeUserId: string) => canCreatePrimaryUser(convertToRecipeUserId(recipeUserId)),
  makePrimary: async (recipeUserId: string) => shown(await createPrimaryUser(convertToRecipeUserId(recipeUserId))),
  canLink: (recipeUserId: string, primaryUserId: string) =>
    canLinkAccounts(convertToRecipeUserId(recipeUserId), primaryUserId),
  link: async (recipeUserId: string, primaryUserId: string) =>
    shown(await linkAccounts(convertToRecipeUserId(recipeUserId), primaryUserId)),
  unlink: (recipeUserId: string) => unlinkAccount(convertToRecipeUserId(recipeUserId)),
  mapUserId: (input: Parameters<typeof createUserIdMapping>[0]) => createUserIdMapping(input),
  userIdMapping: (input: Parameters<typeof getUserIdMapping>[0]) => getUserIdMapping(input),
  unmapUserId: (input: Parameters<typeof deleteUserIdMapping>[0]) => deleteUserIdMapping(input),
  setMappingInfo: (input: Parameters<typeof updateOrDeleteUserIdMappingInfo>[0]) =>
    updateOrDeleteUserIdMappingInfo(input),
};
