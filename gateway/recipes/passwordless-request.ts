import { normaliseEmail, trimAscii } from '../../domain/emailpassword/email.js';
import type { Contact } from '../../domain/passwordless/device.js';
import { normalisePhoneNumber } from '../../domain/passwordless/phone-number.js';
import type { PhoneNumbers } from '../../infra/ports/phone-numbers.js';
import { isBase64, isBase64Url } from '../http/base64.js';
import { refuse } from '../refusal.js';
import { newAccountInfo } from './login-method.js';

/** An email and a phone number that are about to be stored. What is too long is no number, and stays as it is. */
export const newContacts = {
  email: newAccountInfo('email', normaliseEmail),
  phoneNumber: newAccountInfo('phoneNumber', trimAscii),
};

/** The one contact that is given, normalised; undefined if there is none. */
export function contactFrom(
  given: { readonly email?: string | undefined; readonly phoneNumber?: string | undefined },
  { e164 }: PhoneNumbers,
): Contact | undefined {
  if (given.email !== undefined) return { kind: 'email', value: normaliseEmail(given.email) };
  if (given.phoneNumber !== undefined) return { kind: 'phone', value: normalisePhoneNumber(given.phoneNumber, e164) };
  return undefined;
}

/** How many of some fields are given. */
export function countGiven(...values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}

/** The id of a device, which must be base64. */
export function decodableDeviceId(deviceId: string): string {
  return isBase64(deviceId) ? deviceId : refuse(400, 'Input encoding error in deviceId');
}

/** The code of a link, which must be base64url. */
export function decodableLinkCode(linkCode: string): string {
  return isBase64Url(linkCode) ? linkCode : refuse(400, 'Input encoding error in linkCode');
}
