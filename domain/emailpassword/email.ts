/** Spaces and control characters, as the reference trims them: up to U+0020 and no others (30-emailpassword.md 1.1). */
const EDGES = /^[\u0000-\u0020]+|[\u0000-\u0020]+$/g;

const FAKE_EMAIL_ENDINGS = ['@stfakeemail.supertokens.com', '.fakeemail.com'];

/** Strips characters up to U+0020 at both ends; Unicode spaces beyond stay part of the text. */
export function trimAscii(text: string): string {
  return text.replace(EDGES, '');
}

/** The stored form of an email: trimmed and lower-cased (30-emailpassword.md 1.1). No syntax check. */
export function normaliseEmail(email: string): string {
  return trimAscii(email).toLowerCase();
}

/** Emails that SDKs invent for users without one; they count as verified from the start. */
export function isFakeEmail(normalisedEmail: string): boolean {
  return FAKE_EMAIL_ENDINGS.some((ending) => normalisedEmail.endsWith(ending));
}
