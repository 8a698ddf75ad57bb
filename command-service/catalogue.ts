import { linkAccounts } from './accountlinking/link-accounts.js';
import { makePrimary } from './accountlinking/make-primary.js';
import { unlinkAccount } from './accountlinking/unlink-account.js';
import { forgetSignInFailures } from './bruteforce/forget-failures.js';
import type { Command } from './command.js';
import { consumeResetToken } from './emailpassword/consume-reset-token.js';
import { createResetToken } from './emailpassword/create-reset-token.js';
import { importUser } from './emailpassword/import-user.js';
import { resetPassword } from './emailpassword/reset-password.js';
import { signIn } from './emailpassword/sign-in.js';
import { signUp } from './emailpassword/sign-up.js';
import { updateCredentials } from './emailpassword/update-credentials.js';
import { createVerificationToken } from './emailverification/create-verification-token.js';
import { revokeVerificationTokens } from './emailverification/revoke-verification-tokens.js';
import { unverifyEmail } from './emailverification/unverify-email.js';
import { verifyEmail } from './emailverification/verify-email.js';
import { changePasswordlessContacts } from './passwordless/change-contacts.js';
import { checkPasswordlessCode } from './passwordless/check-code.js';
import { consumePasswordlessCode } from './passwordless/consume-code.js';
import { createCode } from './passwordless/create-code.js';
import { expirePasswordlessDevices } from './passwordless/expire-devices.js';
import {
  removePasswordlessCode,
  removePasswordlessCodes,
  removePasswordlessDevice,
} from './passwordless/remove-codes.js';
import { createSession } from './session/create-session.js';
import { expireSessions } from './session/expire-sessions.js';
import { promoteRefreshToken } from './session/promote-refresh-token.js';
import { refreshSession } from './session/refresh-session.js';
import { regenerateAccessToken } from './session/regenerate-access-token.js';
import { replaceAccessTokenPayload } from './session/replace-access-token-payload.js';
import { replaceSessionData } from './session/replace-session-data.js';
import { revokeSessions, revokeUserSessions } from './session/revoke-sessions.js';
import { ensureSigningKeys } from './signingkeys/ensure-signing-keys.js';
import { retireSigningKeys } from './signingkeys/retire-signing-keys.js';
import { signJwt } from './signingkeys/sign-jwt.js';
import { configureProvider } from './tenancy/configure-provider.js';
import { createOrUpdateTenant } from './tenancy/create-or-update-tenant.js';
import { initialiseBaseTenant } from './tenancy/initialise-base-tenant.js';
import { removeApp } from './tenancy/remove-app.js';
import { removeConnectionUriDomain } from './tenancy/remove-connection-uri-domain.js';
import { removeLicenseKey } from './tenancy/remove-license-key.js';
import { removeProvider } from './tenancy/remove-provider.js';
import { removeTenant } from './tenancy/remove-tenant.js';
import { reportDomains } from './tenancy/report-domains.js';
import { setLicenseKey } from './tenancy/set-license-key.js';
import { thirdPartySignInUp } from './thirdparty/sign-in-up.js';
import { associateUser } from './user/associate-user.js';
import { deleteUser } from './user/delete-user.js';
import { disassociateUser } from './user/disassociate-user.js';
import { changeExternalUserIdInfo } from './useridmapping/change-external-user-id-info.js';
import { createUserIdMapping } from './useridmapping/create-user-id-mapping.js';
import { removeUserIdMapping } from './useridmapping/remove-user-id-mapping.js';
import { removeUserMetadata } from './usermetadata/remove-metadata.js';
import { updateUserMetadata } from './usermetadata/update-metadata.js';
import { assignRole } from './userroles/assign-role.js';
import { createRole } from './userroles/create-role.js';
import { deleteRole } from './userroles/delete-role.js';
import { removePermissions } from './userroles/remove-permissions.js';
import { unassignRole } from './userroles/unassign-role.js';

const all: readonly unknown[] = [
  assignRole,
  associateUser,
  changeExternalUserIdInfo,
  changePasswordlessContacts,
  checkPasswordlessCode,
  configureProvider,
  consumePasswordlessCode,
  consumeResetToken,
  createCode,
  createOrUpdateTenant,
  createResetToken,
  createRole,
  createSession,
  createUserIdMapping,
  createVerificationToken,
  deleteRole,
  deleteUser,
  disassociateUser,
  ensureSigningKeys,
  expirePasswordlessDevices,
  expireSessions,
  forgetSignInFailures,
  importUser,
  initialiseBaseTenant,
  linkAccounts,
  makePrimary,
  promoteRefreshToken,
  refreshSession,
  regenerateAccessToken,
  removeApp,
  removeConnectionUriDomain,
  removeLicenseKey,
  removePasswordlessCode,
  removePasswordlessCodes,
  removePasswordlessDevice,
  removePermissions,
  removeProvider,
  removeTenant,
  removeUserIdMapping,
  removeUserMetadata,
  replaceAccessTokenPayload,
  replaceSessionData,
  reportDomains,
  resetPassword,
  retireSigningKeys,
  revokeSessions,
  revokeUserSessions,
  revokeVerificationTokens,
  setLicenseKey,
  signIn,
  signJwt,
  signUp,
  thirdPartySignInUp,
  unassignRole,
  unlinkAccount,
  unverifyEmail,
  updateCredentials,
  updateUserMetadata,
  verifyEmail,
];

/** Every command that can be asked for by its name. */
export const commands: ReadonlyMap<string, Command<unknown, unknown>> = new Map(
  (all as readonly Command<unknown, unknown>[]).map((one) => [one.name, one]),
);
