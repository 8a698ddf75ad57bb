import { countActiveUsers } from './active-users/count-active-users.js';
import { monthlyActiveUsers } from './active-users/monthly-active-users.js';
import { isEmailVerified } from './emailverification/is-email-verified.js';
import { verificationTokenOwner } from './emailverification/verification-token-owner.js';
import { deviceOfCode } from './passwordless/device-of-code.js';
import { passwordlessDevices } from './passwordless/devices.js';
import { expiredPasswordlessDevices } from './passwordless/expired-devices.js';
import type { Query } from './query.js';
import { probeStore } from './service/probe-store.js';
import { expiredSessions } from './sessions/expired-sessions.js';
import { readAccessToken } from './sessions/read-access-token.js';
import { sessionByHandle } from './sessions/session-by-handle.js';
import { sessionHandlesOfUser } from './sessions/session-handles-of-user.js';
import { verifySession } from './sessions/verify-session.js';
import { jsonWebKeySet } from './signingkeys/json-web-key-set.js';
import { userIdMapping } from './useridmapping/user-id-mapping.js';
import { metadataOfUser } from './usermetadata/metadata-of-user.js';
import { metadataOfUsers } from './usermetadata/metadata-of-users.js';
import { allRoles, permissionsOfRole, rolesWithPermission } from './userroles/roles.js';
import { rolesOfUser } from './userroles/roles-of-user.js';
import { usersOfRole } from './userroles/users-of-role.js';
import { countUsers } from './users/count-users.js';
import { listUsers } from './users/list-users.js';
import { resetTokenOwner } from './users/reset-token-owner.js';
import { searchUsers } from './users/search-users.js';
import { thirdPartyUsersByEmail } from './users/third-party-users-by-email.js';
import { userByAccountInfo } from './users/user-by-account-info.js';
import { userByEmail } from './users/user-by-email.js';
import { userById } from './users/user-by-id.js';
import { usersByAccountInfo } from './users/users-by-account-info.js';

const all: readonly unknown[] = [
  allRoles,
  countActiveUsers,
  countUsers,
  deviceOfCode,
  expiredPasswordlessDevices,
  expiredSessions,
  isEmailVerified,
  jsonWebKeySet,
  listUsers,
  metadataOfUser,
  metadataOfUsers,
  monthlyActiveUsers,
  passwordlessDevices,
  permissionsOfRole,
  probeStore,
  readAccessToken,
  resetTokenOwner,
  rolesOfUser,
  rolesWithPermission,
  searchUsers,
  sessionByHandle,
  sessionHandlesOfUser,
  thirdPartyUsersByEmail,
  userByAccountInfo,
  userByEmail,
  userById,
  userIdMapping,
  usersByAccountInfo,
  usersOfRole,
  verificationTokenOwner,
  verifySession,
];

/** Every query that can be asked by its name. */
export const queries: ReadonlyMap<string, Query<unknown, unknown>> = new Map(
  (all as readonly Query<unknown, unknown>[]).map((one) => [one.name, one]),
);
