import {
  convertToRecipeUserId,
  deleteUser,
  getUser,
  getUserCount,
  getUsersNewestFirst,
  getUsersOldestFirst,
  listUsersByAccountInfo,
} from 'supertokens-node';
import { signIn, signUp, updateEmailOrPassword } from 'supertokens-node/recipe/emailpassword';
import {
  associateUserToTenant,
  createOrUpdateTenant,
  deleteTenant,
  disassociateUserFromTenant,
  getTenant,
  listAllTenants,
} from 'supertokens-node/recipe/multitenancy';
import {
  createJWT,
  getAllSessionHandlesForUser,
  getJWKS,
  getSessionInformation,
  mergeIntoAccessTokenPayload,
  revokeAllSessionsForUser,
  revokeMultipleSessions,
  revokeSession,
  updateSessionDataInDatabase,
} from 'supertokens-node/recipe/session';
import { identityFunctions } from './app-identities.js';
import { roleFunctions } from './app-roles.js';
import { shownUser } from './app-user.js';
import { verificationFunctions } from './app-verification.js';

type Page = Parameters<typeof getUsersNewestFirst>[0];

async function shownPage(page: ReturnType<typeof getUsersNewestFirst>) {
  const { users, ...rest } = await page;
  return { users: users.map(shownUser), ...rest };
}

/** What the app's own code does with the SDK outside of a request; a test calls it through `POST /backend/<name>`. */
const functions = {
  async signUp(tenantId: string, email: string, password: string) {
    const result = await signUp(tenantId, email, password);
    return result.status === 'OK' ? { status: result.status, user: shownUser(result.user) } : result;
  },
  async signIn(tenantId: string, email: string, password: string) {
    const result = await signIn(tenantId, email, password);
    return result.status === 'OK' ? { status: result.status, user: shownUser(result.user) } : result;
  },
  updateUser: (recipeUserId: string, change: { email?: string; password?: string }) =>
    updateEmailOrPassword({ recipeUserId: convertToRecipeUserId(recipeUserId), ...change }),
  async getUser(userId: string) {
    const user = await getUser(userId);
    return user ? shownUser(user) : null;
  },
  getUsersNewestFirst: (input: Page) => shownPage(getUsersNewestFirst(input)),
  getUsersOldestFirst: (input: Page) => shownPage(getUsersOldestFirst(input)),
  async usersByEmail(tenantId: string, email: string) {
    return (await listUsersByAccountInfo(tenantId, { email })).map(shownUser);
  },
  getUserCount: (recipeIds?: string[], tenantId?: string) => getUserCount(recipeIds, tenantId),
  deleteUser: (userId: string) => deleteUser(userId),
  createOrUpdateTenant: (tenantId: string, config: Parameters<typeof createOrUpdateTenant>[1]) =>
    createOrUpdateTenant(tenantId, config),
  getTenant: async (tenantId: string) => (await getTenant(tenantId)) ?? null,
  listAllTenants: () => listAllTenants(),
  deleteTenant: (tenantId: string) => deleteTenant(tenantId),
  joinTenant: (tenantId: string, recipeUserId: string) =>
    associateUserToTenant(tenantId, convertToRecipeUserId(recipeUserId)),
  leaveTenant: (tenantId: string, recipeUserId: string) =>
    disassociateUserFromTenant(tenantId, convertToRecipeUserId(recipeUserId)),
  async getSessionInformation(handle: string) {
    const found = await getSessionInformation(handle);
    return found ? { ...found, recipeUserId: found.recipeUserId.getAsString() } : null;
  },
  updateSessionData: (handle: string, data: object) => updateSessionDataInDatabase(handle, data),
  mergeClaims: (handle: string, claims: Parameters<typeof mergeIntoAccessTokenPayload>[1]) =>
    mergeIntoAccessTokenPayload(handle, claims),
  sessionsOf: (userId: string) => getAllSessionHandlesForUser(userId),
  sessionsOfInTenant: (userId: string, tenantId: string) => getAllSessionHandlesForUser(userId, true, tenantId),
  revokeSession: (handle: string) => revokeSession(handle),
  revokeSessions: (handles: string[]) => revokeMultipleSessions(handles),
  revokeAllOf: (userId: string) => revokeAllSessionsForUser(userId),
  revokeAllOfInTenant: (userId: string, tenantId: string) => revokeAllSessionsForUser(userId, true, tenantId),
  createJWT: (payload: object, validitySeconds?: number, useStaticSigningKey?: boolean) =>
    createJWT(payload, validitySeconds, useStaticSigningKey),
  getJWKS: () => getJWKS(),
  ...roleFunctions,
  ...verificationFunctions,
  ...identityFunctions,
};

/** The app's own functions, as a test may call them. */
export type Backend = typeof functions;

/** Calls one of the functions by its name. */
export async function backend(name: string, args: readonly unknown[]): Promise<unknown> {
  if (!Object.hasOwn(functions, name)) throw new Error(`the app has no function ${name}`);
  const found = functions[name as keyof Backend] as (...values: readonly unknown[]) => Promise<unknown>;
  return await found(...args);
}
