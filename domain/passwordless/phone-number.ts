import { trimAscii } from '../emailpassword/email.js';

/** Longer text is no phone number, and is not looked at. */
const MAX_LENGTH = 250;
const MIN_NATIONAL_DIGITS = 2;
const MAX_NATIONAL_DIGITS = 17;

/** A plus sign, at least three digits, and nothing but digits, letters and the usual punctuation. */
const INTERNATIONAL = /^\+(?:[-x\s().[\]/~.]*\d){3,}[-x\s().[\]/~.a-z\d]*$/i;
const EXTENSION = /[\s,;]*(?:;ext=|extn?\.?|extension|x|#)[:.\s]*\d{1,9}#?$/i;
const VANITY = /[a-z].*[a-z].*[a-z]/i;
const KEYPAD = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];
const FIRST_LETTER_KEY = 2;

/** Country calling codes by their number of digits (ITU-T E.164, list of assigned codes). */
const CALLING_CODES: ReadonlySet<string> = new Set([
  ...['1', '7', '20', '27', ...range(30, 34), '36', '39', '40', '41', ...range(43, 49), ...range(51, 58)],
  ...[...range(60, 66), '81', '82', '84', '86', ...range(90, 95), '98', '211', '212', '213', '216', '218'],
  ...[...range(220, 258), ...range(260, 269), '290', '291', '297', '298', '299', ...range(350, 359)],
  ...[...range(370, 378), ...range(380, 383), ...range(385, 387), '389', '420', '421', '423', ...range(500, 509)],
  ...[...range(590, 599), '670', '672', ...range(673, 683), ...range(685, 692), '800', '808', '850', '852', '853'],
  ...['855', '856', '870', '878', '880', '881', '882', '883', '886', '888', ...range(960, 968), ...range(970, 977)],
  ...['979', ...range(992, 996), '998'],
]);

/** Calling codes of countries that dial a 0 before national numbers, which never start with one themselves. */
const DROPS_TRUNK_ZERO: ReadonlySet<string> = new Set([
  ...['20', '27', '31', '32', '33', '40', '41', '43', '44', '46', '49', '51', '54', '55', '57', '58', '60', '61', '62'],
  ...['63', '64', '66', '81', '82', '84', '86', '90', '91', '92', '93', '94', '95', '98', '212', '213', '218', '233'],
  ...['234', '249', '251', '254', '255', '256', '260', '261', '263', '264', '353', '355', '358', '359', '373', '374'],
  ...['380', '381', '382', '383', '385', '386', '387', '389', '421', '593', '595', '855', '856', '880', '886', '961'],
  ...['962', '963', '964', '966', '967', '970', '971', '972', '976', '977', '994', '995', '996'],
]);

/**
 * The stored form of a phone number: an international one in E.164, any other text trimmed
 * (40-thirdparty-passwordless.md 1.3). Never refuses; says nothing of whether the number is in use.
 */
export function normalisePhoneNumber(phoneNumber: string): string {
  const text = trimAscii(phoneNumber);
  return e164(text) ?? text;
}

function e164(text: string): string | undefined {
  if (text.length > MAX_LENGTH || !INTERNATIONAL.test(text)) return undefined;
  const digits = digitsOf(text.replace(EXTENSION, ''));
  const callingCode = [1, 2, 3].map((length) => digits.slice(0, length)).find((code) => CALLING_CODES.has(code));
  if (callingCode === undefined) return undefined;
  const dialled = digits.slice(callingCode.length);
  const national = DROPS_TRUNK_ZERO.has(callingCode) ? dialled.replace(/^0/, '') : dialled;
  if (national.length < MIN_NATIONAL_DIGITS || national.length > MAX_NATIONAL_DIGITS) return undefined;
  return `+${callingCode}${national}`;
}

/** The digits of a number. Letters stand for the keys they are on if there are at least three, else for nothing. */
function digitsOf(text: string): string {
  const dialled = VANITY.test(text) ? text.toLowerCase().replace(/[a-z]/g, keyOf) : text;
  return dialled.replace(/\D/g, '');
}

function keyOf(letter: string): string {
  return String(KEYPAD.findIndex((letters) => letters.includes(letter)) + FIRST_LETTER_KEY);
}

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}
