import { createRequire } from 'node:module';
import type { PhoneNumbers } from '../ports/phone-numbers.js';

type Library = typeof import('google-libphonenumber');

/** No country is assumed: only numbers that begin with a plus sign and a calling code can be read. */
const UNKNOWN_REGION = 'ZZ';

/**
 * Phone numbers by Google's libphonenumber, as the reference reads them (40-thirdparty-passwordless.md 1.3). The library
 * is loaded with the first number: it takes some 100 ms and 12 MB, which services without phone numbers don't spend.
 */
export function phoneNumbers(): PhoneNumbers {
  let library: Library | undefined;
  return {
    e164(text) {
      library ??= createRequire(import.meta.url)('google-libphonenumber') as Library;
      return e164(library, text);
    },
  };
}

function e164({ PhoneNumberUtil, PhoneNumberFormat }: Library, text: string): string | undefined {
  const util = PhoneNumberUtil.getInstance();
  const number = parsed(() => util.parse(text, UNKNOWN_REGION));
  // More digits than a double holds: they would be rounded. No number of that length exists (E.164 has at most 15).
  if (!number || !Number.isSafeInteger(number.getNationalNumber())) return undefined;
  return util.format(number, PhoneNumberFormat.E164);
}

/** The library throws plain errors at texts that are no numbers, and has no way to ask first. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
