import type { StreamId } from '../../domain/event.js';
import { Identity, identityStream } from '../../domain/identity/identity.js';
import {
  type ChangeContactsResult,
  type ContactChange,
  type ContactMove,
  changeContacts,
  changedContacts,
  contactMoves,
  type MoveIdentities,
  passwordlessMethod,
} from '../../domain/passwordless/change-contacts.js';
import type { Contact } from '../../domain/passwordless/device.js';
import type { BadInput } from '../../domain/tenancy/result.js';
import type { PasswordlessMethod } from '../../domain/user/login-method.js';
import { User, userStream } from '../../domain/user/user.js';
import { planMemberChange } from '../accountlinking/plan-reservations.js';
import { tooLarge } from '../accountlinking/refusals.js';
import { command, type Target } from '../command.js';
import type { Tx } from '../unit-of-work.js';
import { appendIdentities } from '../user/claims.js';
import { presentTenants } from '../user/present-tenants.js';
import { resolveUserId } from '../useridmapping/resolve-user-id.js';
import { discardDevicesOf } from './devices.js';

export interface ChangeContactsInput {
  readonly target: Target;
  /** Of the login method; any text. */
  readonly userId: string;
  /** Normalised; absent: unchanged, null: cleared. */
  readonly email?: string | null;
  readonly phoneNumber?: string | null;
}

/** Changes the email and phone number of a passwordless user together or not at all (40-thirdparty-passwordless.md 5.8). */
export const changePasswordlessContacts = command<ChangeContactsInput, ChangeContactsResult | BadInput>(
  'ChangePasswordlessContacts',
  (context, { target, userId: given, email, phoneNumber }) =>
    context.transact(async (tx) => {
      const change: ContactChange = { email, phoneNumber };
      const userId = await resolveUserId(tx, target.appKey, given);
      if (userId === undefined) return UNKNOWN;
      const userStreamId = userStream(target.appKey, userId);
      const user = await tx.load(User, userStreamId);
      const method = passwordlessMethod(user);
      if (!method) return UNKNOWN;
      const moves = contactMoves(method, change);
      const tenantKeys = moves.length > 0 ? await presentTenants(tx, target, method.tenants) : [];
      const loaded = await Promise.all(moves.map((move) => loadMove(tx, target.appKey, tenantKeys, move)));
      const at = context.now();
      const reservations = await planMemberChange(tx, target, user, withContacts(method, change), at);
      if (reservations.isTooLarge) return tooLarge();
      const decision = changeContacts(user, change, loaded, reservations.conflict, at);
      if (decision.user.length === 0) return decision.result;
      reservations.apply();
      tx.append(User, userStreamId, decision.user);
      appendIdentities(
        tx,
        loaded.flatMap((move) => move.ids),
        decision.identities,
      );
      const contacts = moves.flatMap(contactsIn);
      for (const tenantKey of tenantKeys)
        await discardDevicesOf(tx, { appKey: target.appKey, tenantKey, contacts }, 'contact-changed', at);
      return decision.result;
    }),
);

function withContacts(method: PasswordlessMethod, change: ContactChange): PasswordlessMethod {
  const { recipe, timeJoined, tenants } = method;
  const { email, phoneNumber } = changedContacts(method, change);
  return {
    recipe,
    timeJoined,
    tenants,
    ...(email === undefined ? {} : { email }),
    ...(phoneNumber === undefined ? {} : { phoneNumber }),
  };
}

const UNKNOWN: ChangeContactsResult = { status: 'UNKNOWN_USER_ID_ERROR' };

interface LoadedMove {
  readonly move: ContactMove;
  readonly tenants: readonly MoveIdentities[];
  /** In the order in which the decision speaks of them. */
  readonly ids: readonly StreamId[];
}

async function loadMove(tx: Tx, appKey: string, tenantKeys: readonly string[], move: ContactMove): Promise<LoadedMove> {
  const ids: StreamId[] = [];
  const load = async (tenantKey: string, value: string | undefined) => {
    if (value === undefined) return undefined;
    const id = identityStream(appKey, tenantKey, move.kind, value);
    ids.push(id);
    return tx.load(Identity, id);
  };
  const tenants: MoveIdentities[] = [];
  for (const tenantKey of tenantKeys)
    tenants.push({ from: await load(tenantKey, move.from), to: await load(tenantKey, move.to) });
  return { move, tenants, ids };
}

/** Whoever was sent a code at the old or the new address must not get in by it after the change. */
function contactsIn({ kind, from, to }: ContactMove): Contact[] {
  return [from, to].flatMap((value) => (value === undefined ? [] : [{ kind, value }]));
}
