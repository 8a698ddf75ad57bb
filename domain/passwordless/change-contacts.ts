import { EMAIL_CHANGE_NOT_ALLOWED, type EmailChangeNotAllowed } from '../accountlinking/answers.js';
import type { Conflict } from '../accountlinking/reservations.js';
import { claim, type IdentityEvent, type IdentityState, release } from '../identity/identity.js';
import { PasswordlessContactsChanged } from '../user/events.js';
import type { PasswordlessMethod } from '../user/login-method.js';
import { primaryUserIdOf, type UserState } from '../user/user.js';
import { rejected, type UserDecision } from '../user/user-decision.js';
import type { Contact } from './device.js';

const RECIPE = 'passwordless';

/** What is asked for: undefined leaves a contact as it is, null clears it. Normalised. */
export interface ContactChange {
  readonly email: string | null | undefined;
  readonly phoneNumber: string | null | undefined;
}

/** One contact that changes; undefined for none. */
export interface ContactMove {
  readonly kind: Contact['kind'];
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What a move needs to know of one tenant of the user: who holds the old and the new value there. */
export interface MoveIdentities {
  readonly from: IdentityState | undefined;
  readonly to: IdentityState | undefined;
}

const PHONE_NUMBER_CHANGE_NOT_ALLOWED = {
  status: 'PHONE_NUMBER_CHANGE_NOT_ALLOWED_ERROR',
  reason: 'New phone number is associated with another primary user ID',
} as const;

export type ChangeContactsResult =
  | {
      readonly status:
        | 'OK'
        | 'UNKNOWN_USER_ID_ERROR'
        | 'NO_CONTACT_LEFT'
        | 'EMAIL_ALREADY_EXISTS_ERROR'
        | 'PHONE_NUMBER_ALREADY_EXISTS_ERROR';
    }
  | EmailChangeNotAllowed
  | typeof PHONE_NUMBER_CHANGE_NOT_ALLOWED;

/** The login method by codes that a user's stream holds, if it does. */
export function passwordlessMethod(user: UserState): PasswordlessMethod | undefined {
  return user.method?.recipe === RECIPE ? user.method : undefined;
}

/** The contacts that would really change, the email before the phone number. */
export function contactMoves(method: PasswordlessMethod, change: ContactChange): readonly ContactMove[] {
  const email = { kind: 'email' as const, from: method.email, to: wanted(change.email, method.email) };
  const phone = {
    kind: 'phone' as const,
    from: method.phoneNumber,
    to: wanted(change.phoneNumber, method.phoneNumber),
  };
  return [email, phone].filter((move) => move.from !== move.to);
}

/**
 * Changes the contacts of a login method in all its tenants at once, or nothing (40-thirdparty-passwordless.md 5.8).
 *
 * @param moves those of {@link contactMoves}, each with what is known in every tenant of the login method
 * @param conflict with another primary user, if the login method belongs to one
 * @returns identities: by move, then by tenant, the events of the old value's stream and then those of the new one's,
 *   each only where there is such a value
 */
export function changeContacts(
  user: UserState,
  change: ContactChange,
  moves: readonly { readonly move: ContactMove; readonly tenants: readonly MoveIdentities[] }[],
  conflict: Conflict | undefined,
  at: number,
): UserDecision<ChangeContactsResult> {
  const method = passwordlessMethod(user);
  if (!method) return rejected({ status: 'UNKNOWN_USER_ID_ERROR' });
  const { email, phoneNumber } = changedContacts(method, change);
  if (email === undefined && phoneNumber === undefined) return rejected({ status: 'NO_CONTACT_LEFT' });
  const identities: (readonly IdentityEvent[])[] = [];
  const taken = primaryUserIdOf(user) === undefined ? TAKEN : TAKEN_OF_PRIMARY_USER;
  for (const { move, tenants } of moves) {
    if (conflict?.kind === move.kind) return rejected(TAKEN_OF_PRIMARY_USER[move.kind]);
    for (const { from, to } of tenants) {
      if (from) identities.push(release(from, RECIPE, user.userId, at));
      if (!to) continue;
      const claimed = claim(to, RECIPE, user.userId, at);
      if ('heldBy' in claimed) return rejected(taken[move.kind]);
      identities.push(claimed.events);
    }
  }
  if (moves.length === 0) return rejected({ status: 'OK' });
  const facts = { app: user.appKey, userId: user.userId, at };
  const changed = PasswordlessContactsChanged({ ...facts, email: email ?? null, phoneNumber: phoneNumber ?? null });
  return { result: { status: 'OK' }, user: [changed], identities };
}

const TAKEN = {
  email: { status: 'EMAIL_ALREADY_EXISTS_ERROR' },
  phone: { status: 'PHONE_NUMBER_ALREADY_EXISTS_ERROR' },
} as const;

/** What is said instead to a login method that is or is linked to a primary user (5.8, rows 4 and 6). */
const TAKEN_OF_PRIMARY_USER = { email: EMAIL_CHANGE_NOT_ALLOWED, phone: PHONE_NUMBER_CHANGE_NOT_ALLOWED } as const;

/** The contacts that a login method has after a change. */
export function changedContacts(
  method: PasswordlessMethod,
  change: ContactChange,
): { readonly email: string | undefined; readonly phoneNumber: string | undefined } {
  return {
    email: wanted(change.email, method.email),
    phoneNumber: wanted(change.phoneNumber, method.phoneNumber),
  };
}

function wanted(change: string | null | undefined, present: string | undefined): string | undefined {
  return change === undefined ? present : (change ?? undefined);
}
