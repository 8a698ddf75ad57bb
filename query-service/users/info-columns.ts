import type { AccountInfoKind } from '../../domain/identity/identity.js';

/** The column in which memberships hold the values of account infos of a kind. */
export const infoColumn = {
  email: 'email',
  phone: 'phone_number',
  thirdparty: 'third_party_account',
} as const satisfies Readonly<Record<AccountInfoKind, string>>;
