import {
  updateCredentials as decideUpdate,
  emailPasswordMethod,
  type UpdateResult,
} from '../../domain/emailpassword/decide.js';
import { normaliseEmail } from '../../domain/emailpassword/email.js';
import type { StreamId } from '../../domain/event.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import type { BadInput } from '../../domain/tenancy/result.js';
import type { EmailPasswordMethod } from '../../domain/user/login-method.js';
import { isUserId, User, userStream } from '../../domain/user/user.js';
import { planMemberChange } from '../accountlinking/plan-reservations.js';
import { tooLarge } from '../accountlinking/refusals.js';
import { type CommandContext, command, type Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { presentTenants } from '../user/present-tenants.js';
import { resolvedUserId } from '../useridmapping/resolve-user-id.js';
import { hashingSettings } from './hashing-settings.js';

export interface UpdateCredentialsInput {
  readonly target: Target;
  /** Of the login method; any text. */
  readonly userId: string;
  /** Null leaves it as it is. */
  readonly email: string | null;
  /** Null leaves it as it is. */
  readonly password: string | null;
}

export type UpdateCredentialsResult = UpdateResult | BadInput;

/** Changes the email, the password, or both together (30-emailpassword.md 2.4). Nothing is hashed for nobody. */
export const updateCredentials = command<UpdateCredentialsInput, UpdateCredentialsResult>(
  'UpdateCredentials',
  async (context, given) => {
    const { target, password } = given;
    const userId = await resolvedUserId(context, target.appKey, given.userId);
    if (!isUserId(userId) || !(await hasMethod(context, target.appKey, userId)))
      return { status: 'UNKNOWN_USER_ID_ERROR' };
    const passwordHash =
      password === null ? undefined : await context.hasher.hash(password, hashingSettings(context.registry, target));
    return change(context, { ...given, userId }, passwordHash);
  },
);

function hasMethod(context: CommandContext, appKey: string, userId: string): Promise<boolean> {
  return context.transact(async (tx) => {
    const user = await tx.load(User, userStream(appKey, userId));
    return emailPasswordMethod(user) !== undefined;
  });
}

function change(
  context: CommandContext,
  { target, userId, email: given }: UpdateCredentialsInput,
  passwordHash: string | undefined,
): Promise<UpdateCredentialsResult> {
  const email = given === null ? undefined : normaliseEmail(given);
  return context.transact(async (tx) => {
    const userStreamId = userStream(target.appKey, userId);
    const user = await tx.load(User, userStreamId);
    const method = emailPasswordMethod(user);
    if (!method) return { status: 'UNKNOWN_USER_ID_ERROR' };
    const moves = email === undefined || email === method.email ? [] : await movesTo(tx, target, method, email);
    const tenants = await Promise.all(
      moves.map(async (move) => ({ old: await tx.load(Identity, move.old), new: await tx.load(Identity, move.new) })),
    );
    const at = context.now();
    const changed = { ...method, email: email ?? method.email };
    const reservations = await planMemberChange(tx, target, user, changed, at);
    if (reservations.isTooLarge) return tooLarge();
    const decision = decideUpdate(user, tenants, { email, passwordHash, at }, reservations.conflict);
    if (decision.user.length === 0) return decision.result;
    reservations.apply();
    tx.append(User, userStreamId, decision.user);
    const streams = moves.flatMap((move) => [move.old, move.new]);
    for (const [index, stream] of streams.entries()) tx.append(Identity, stream, decision.identities[index] ?? []);
    return decision.result;
  });
}

/** For each tenant of the login method, the identities that its old and its new email are. */
async function movesTo(
  tx: Tx,
  target: Target,
  method: EmailPasswordMethod,
  email: string,
): Promise<{ readonly old: StreamId; readonly new: StreamId }[]> {
  const tenantKeys = await presentTenants(tx, target, method.tenants);
  const identity = (tenantKey: string, value: string) => identityStream(target.appKey, tenantKey, 'email', value);
  return tenantKeys.map((tenantKey) => ({
    old: identity(tenantKey, method.email),
    new: identity(tenantKey, email),
  }));
}
