import { trimAscii } from '../emailpassword/email.js';

/**
 * The stored form of a phone number: an international one in E.164, any other text trimmed
 * (40-thirdparty-passwordless.md 1.3). Never refuses; says nothing of whether the number is in use. Made where a number
 * comes in: what is stored is never read anew, as numbering plans change.
 *
 * @param e164 reads a trimmed text: gives its E.164 form, or undefined if it is no international number
 */
export function normalisePhoneNumber(phoneNumber: string, e164: (text: string) => string | undefined): string {
  const text = trimAscii(phoneNumber);
  return e164(text) ?? text;
}
