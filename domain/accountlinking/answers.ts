import type { AccountInfoKind } from '../identity/identity.js';
import type { Conflict } from './reservations.js';

/** What the errors of linking say to people (32-users.md 8.1, 8.2, 8.4); no client compares them. */
const DESCRIPTIONS: Readonly<Record<AccountInfoKind, string>> = {
  email: "This user's email is already associated with another user ID",
  phone: "This user's phone number is already associated with another user ID",
  thirdparty: "This user's third party login is already associated with another user ID",
};

/** A login method can't be what it is in the primary user that is asked for, because of another primary user. */
export interface Refused<S extends string> {
  readonly status: S;
  /** Of the other one. */
  readonly primaryUserId: string;
  readonly description: string;
}

export type AccountInfoTaken = Refused<'ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR'>;

export function accountInfoTaken({ kind, primaryUserId }: Conflict): AccountInfoTaken {
  return {
    status: 'ACCOUNT_INFO_ALREADY_ASSOCIATED_WITH_ANOTHER_PRIMARY_USER_ID_ERROR',
    primaryUserId,
    description: DESCRIPTIONS[kind],
  };
}

export interface EmailChangeNotAllowed {
  readonly status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR';
  readonly reason: string;
}

/** Another primary user has the email that is wanted (30-emailpassword.md 2.4, 40-thirdparty-passwordless.md 5.8). */
export const EMAIL_CHANGE_NOT_ALLOWED: EmailChangeNotAllowed = {
  status: 'EMAIL_CHANGE_NOT_ALLOWED_ERROR',
  reason: 'New email is associated with another primary user ID',
};
