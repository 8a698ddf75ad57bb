import { EmailVerification, emailVerificationStream } from '../../domain/emailverification/email-verification.js';
import { tenantAt } from '../../domain/tenancy/app.js';
import { nameOfIncarnation } from '../../domain/tenancy/keys.js';
import { User, userStream } from '../../domain/user/user.js';
import { foldStream } from '../fold-stream.js';
import type { QueryDeps } from '../query.js';
import type { UserRecord } from './user-record.js';

/** A user as its own streams tell it, the same as the directory will show it. The id must satisfy `isUserId`. */
export async function foldUser(
  { store, registry }: Pick<QueryDeps, 'store' | 'registry'>,
  appKey: string,
  userId: string,
): Promise<UserRecord | undefined> {
  const { method } = await foldStream(store, User, userStream(appKey, userId));
  if (!method) return undefined;
  const { email } = method;
  const mark = await foldStream(store, EmailVerification, emailVerificationStream(appKey, userId, email));
  const app = registry.appByKey(appKey)?.state;
  const isPresent = (key: string) => app && tenantAt(app, { tenantId: nameOfIncarnation(key) })?.tenantKey === key;
  return {
    id: userId,
    isPrimaryUser: false,
    loginMethods: [
      {
        recipeUserId: userId,
        recipeId: method.recipe,
        tenantIds: method.tenants.filter(isPresent).map(nameOfIncarnation),
        verified: mark.verified,
        timeJoined: method.timeJoined,
        email,
      },
    ],
  };
}
