const STANDARD = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const URL_SAFE = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}(?:==)?|[A-Za-z0-9_-]{3}=?)?$/;

/**
 * Whether a text is base64 of some bytes: padding may be left out, but must be right where it is there. Bits beyond the
 * last byte may be anything (40-thirdparty-passwordless.md 4.3).
 */
export function isBase64(text: string): boolean {
  return STANDARD.test(text);
}

/** As {@link isBase64}, in the alphabet for URLs. */
export function isBase64Url(text: string): boolean {
  return URL_SAFE.test(text);
}
