import { convertToRecipeUserId } from 'supertokens-node';
import {
  createEmailVerificationToken,
  isEmailVerified,
  revokeEmailVerificationTokens,
  unverifyEmail,
  verifyEmailUsingToken,
} from 'supertokens-node/recipe/emailverification';

/** What the app's own code does with emails and their verification outside of a request. */
export const verificationFunctions = {
  createVerificationToken: (tenantId: string, recipeUserId: string, email?: string) =>
    createEmailVerificationToken(tenantId, convertToRecipeUserId(recipeUserId), email),
  async verifyEmail(tenantId: string, token: string) {
    const result = await verifyEmailUsingToken(tenantId, token);
    if (result.status !== 'OK') return result;
    const { email, recipeUserId } = result.user;
    return { status: result.status, user: { email, recipeUserId: recipeUserId.getAsString() } };
  },
  isVerified: (recipeUserId: string, email?: string) => isEmailVerified(convertToRecipeUserId(recipeUserId), email),
  unverify: (recipeUserId: string, email?: string) => unverifyEmail(convertToRecipeUserId(recipeUserId), email),
  revokeVerificationTokens: (tenantId: string, recipeUserId: string, email?: string) =>
    revokeEmailVerificationTokens(tenantId, convertToRecipeUserId(recipeUserId), email),
};
