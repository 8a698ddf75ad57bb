import {
  EmailVerification,
  emailVerificationStream,
  isVerified,
} from '../../domain/emailverification/email-verification.js';
import { tenantAt } from '../../domain/tenancy/app.js';
import { nameOfIncarnation } from '../../domain/tenancy/keys.js';
import { primaryUserIdOf, User, type UserState, userStream } from '../../domain/user/user.js';
import { UserIdMapping, userIdMappingStream } from '../../domain/useridmapping/user-id-mapping.js';
import { foldStream } from '../fold-stream.js';
import type { QueryDeps } from '../query.js';
import type { LoginMethodRecord, UserRecord } from './user-record.js';

type Deps = Pick<QueryDeps, 'store' | 'registry'>;

/**
 * A user as its own streams tell it, the same as the directory will show it, by the id of any of its login methods or of
 * the user itself. The id must satisfy `isUserId`.
 */
export async function foldUser(deps: Deps, appKey: string, userId: string): Promise<UserRecord | undefined> {
  const named = await fold(deps, appKey, userId);
  const primaryUserId = primaryUserIdOf(named);
  const first =
    primaryUserId === undefined || primaryUserId === userId ? named : await fold(deps, appKey, primaryUserId);
  const linked = first.linking.kind === 'primary' ? first.linking.linked : [];
  const others = await Promise.all(linked.map((id) => fold(deps, appKey, id)));
  const methods = await Promise.all([first, ...others].map((each) => methodRecord(deps, appKey, each)));
  const loginMethods = methods.filter((method) => method !== undefined);
  if (loginMethods.length === 0) return undefined;
  return {
    id: await effectiveId(deps, appKey, first.userId),
    superTokensUserId: first.userId,
    isPrimaryUser: primaryUserId !== undefined,
    loginMethods: loginMethods.toSorted((a, b) => a.timeJoined - b.timeJoined),
  };
}

function fold({ store }: Deps, appKey: string, userId: string): Promise<UserState> {
  return foldStream(store, User, userStream(appKey, userId));
}

async function effectiveId({ store }: Deps, appKey: string, userId: string): Promise<string> {
  const { mapping } = await foldStream(store, UserIdMapping, userIdMappingStream(appKey, userId));
  return mapping?.externalUserId ?? userId;
}

async function methodRecord(
  deps: Deps,
  appKey: string,
  { userId, method }: UserState,
): Promise<LoginMethodRecord | undefined> {
  if (!method) return undefined;
  const { email, phoneNumber, thirdParty } = method;
  const recipeUserId = await effectiveId(deps, appKey, userId);
  const marks = await foldStream(deps.store, EmailVerification, emailVerificationStream(appKey, recipeUserId));
  const app = deps.registry.appByKey(appKey)?.state;
  const isPresent = (key: string) => app && tenantAt(app, { tenantId: nameOfIncarnation(key) })?.tenantKey === key;
  return {
    recipeUserId,
    superTokensUserId: userId,
    recipeId: method.recipe,
    tenantIds: method.tenants.filter(isPresent).map(nameOfIncarnation),
    verified: email === undefined || isVerified(marks, email),
    timeJoined: method.timeJoined,
    ...(email === undefined ? {} : { email }),
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
    ...(thirdParty === undefined ? {} : { thirdParty }),
  };
}
