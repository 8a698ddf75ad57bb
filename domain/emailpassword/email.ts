/** The longest email that is stored, in UTF-16 units (30-emailpassword.md 1.1, W9). */
export const MAX_EMAIL_LENGTH = 256;

const LONE_SURROGATES = /\p{Surrogate}/gu;

const FAKE_EMAIL_ENDINGS = ['@stfakeemail.supertokens.com', '.fakeemail.com'];

/**
 * Strips spaces and control characters at both ends, as the reference does: up to U+0020 and no others, so that Unicode
 * spaces beyond stay part of the text (30-emailpassword.md 1.1). Takes time in proportion to the text, whatever it is.
 */
export function trimAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

/**
 * The stored form of an email: trimmed and lower-cased (30-emailpassword.md 1.1). No syntax check; half a surrogate pair
 * becomes U+FFFD, as it does wherever text is written as UTF-8.
 */
export function normaliseEmail(email: string): string {
  return trimAscii(email).toLowerCase().replace(LONE_SURROGATES, '\u{fffd}');
}

/** The part of an email after its last `@`, or null if it has none. */
export function emailDomain(email: string): string | null {
  const at = email.lastIndexOf('@');
  return at < 0 ? null : email.slice(at + 1);
}

/** Emails that SDKs invent for users without one; they count as verified from the start. */
export function isFakeEmail(normalisedEmail: string): boolean {
  return FAKE_EMAIL_ENDINGS.some((ending) => normalisedEmail.endsWith(ending));
}
