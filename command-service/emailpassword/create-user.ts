import { type SignUp, signUp } from '../../domain/emailpassword/decide.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import { User, userStream } from '../../domain/user/user.js';
import type { CommandContext, Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { joinTime } from '../user/join-time.js';

/** The user that was made, or undefined when its email is taken in the tenant. `at` is the time joined. */
export type CreatedUser = { readonly userId: string; readonly at: number } | undefined;

/** Claims a normalised email in a tenant and makes the user who signs in by it, in one transaction. */
export async function createUser(
  tx: Tx,
  context: CommandContext,
  { appKey, tenantKey }: Target,
  user: Pick<SignUp, 'email' | 'passwordHash' | 'cause'>,
): Promise<CreatedUser> {
  const identityId = identityStream(appKey, tenantKey, 'email', user.email);
  const identity = await tx.load(Identity, identityId);
  const userId = context.uuid();
  const at = joinTime(context, appKey);
  const decision = signUp(identity, { ...user, appKey, tenantKey, userId, at });
  if (decision.result.status !== 'OK') return undefined;
  const userStreamId = userStream(appKey, userId);
  await tx.create(User, userStreamId);
  tx.append(User, userStreamId, decision.user);
  tx.append(Identity, identityId, decision.identities[0] ?? []);
  return { userId, at };
}
