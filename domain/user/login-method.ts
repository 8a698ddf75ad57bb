import type { AccountInfoKind } from '../identity/identity.js';

/** An account at a third-party provider. Both ids are verbatim (40-thirdparty-passwordless.md 1.3). */
export interface ThirdPartyAccount {
  readonly id: string;
  readonly userId: string;
}

interface AnyLoginMethod {
  /** Normalised. */
  readonly email?: string;
  /** Normalised. */
  readonly phoneNumber?: string;
  readonly thirdParty?: ThirdPartyAccount;
  /** ms since the epoch. */
  readonly timeJoined: number;
  /** Tenant keys in order of association, those of removed tenants included. */
  readonly tenants: readonly string[];
}

export interface EmailPasswordMethod extends AnyLoginMethod {
  readonly recipe: 'emailpassword';
  readonly email: string;
  readonly passwordHash: string;
}

export interface ThirdPartyMethod extends AnyLoginMethod {
  readonly recipe: 'thirdparty';
  readonly email: string;
  readonly thirdParty: ThirdPartyAccount;
}

/** Has an email, a phone number, or both. */
export interface PasswordlessMethod extends AnyLoginMethod {
  readonly recipe: 'passwordless';
}

/** A login method as its stream tells it. */
export type LoginMethod = EmailPasswordMethod | ThirdPartyMethod | PasswordlessMethod;

/** Something that a login method is known by, as its identity streams are named. */
export interface AccountInfo {
  readonly kind: AccountInfoKind;
  readonly value: string;
}

/** Everything a login method is known by: what a primary user keeps from other primary users. */
export function accountInfosOf(method: Pick<LoginMethod, 'email' | 'phoneNumber' | 'thirdParty'>): AccountInfo[] {
  const { email, phoneNumber, thirdParty } = method;
  const infos: AccountInfo[] = [];
  if (thirdParty) infos.push(thirdPartyInfo(thirdParty));
  if (email !== undefined) infos.push({ kind: 'email', value: email });
  if (phoneNumber !== undefined) infos.push({ kind: 'phone', value: phoneNumber });
  return infos;
}

/**
 * What only one login method of the recipe may have in a tenant, and so claims there: all account infos, but of a
 * third-party method its account alone (40-thirdparty-passwordless.md 3.1, 10-multitenancy.md 9.1).
 */
export function claimsOf(
  method: Pick<LoginMethod, 'recipe' | 'email' | 'phoneNumber' | 'thirdParty'>,
): readonly AccountInfo[] {
  const infos = accountInfosOf(method);
  return method.recipe === 'thirdparty' ? infos.filter((info) => info.kind === 'thirdparty') : infos;
}

/** The account info of a third-party account: no two accounts share a value, whatever characters are in their ids. */
export function thirdPartyInfo({ id, userId }: ThirdPartyAccount): AccountInfo {
  return { kind: 'thirdparty', value: JSON.stringify([id, userId]) };
}
