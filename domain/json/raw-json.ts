import { endOfString, endOfValue, isWhitespace, skipWhitespace } from './scan.js';

declare const valid: unique symbol;

/**
 * Text that is one valid JSON value. Payload objects are kept in this form, because they come back exactly as they were
 * sent: member order, nulls, and every digit of a number (20-session.md 3).
 */
export type JsonText = string & { readonly [valid]: true };

/**
 * Checks a text once; everything else in this folder relies on it.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function jsonText(text: string): JsonText {
  JSON.parse(text);
  return text as JsonText;
}

/** Whether a JSON text is an object. */
export function isObjectText(text: JsonText): boolean {
  return text.startsWith('{', skipWhitespace(text, 0));
}

/**
 * The top-level members of an object text in order, names decoded, values as they stand in the text. A name that occurs
 * more than once keeps its first place and its last value, as `JSON.parse` has it.
 *
 * @throws TypeError when the text is not an object
 */
export function objectMembers(text: JsonText): ReadonlyArray<readonly [name: string, value: JsonText]> {
  if (!isObjectText(text)) throw new TypeError('the JSON text is not an object');
  const members = new Map<string, JsonText>();
  let at = skipWhitespace(text, skipWhitespace(text, 0) + 1);
  while (text.startsWith('"', at)) {
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const colon = skipWhitespace(text, nameEnd);
    const valueStart = skipWhitespace(text, colon + 1);
    const valueEnd = endOfValue(text, valueStart);
    members.set(name, text.slice(valueStart, valueEnd) as JsonText);
    const separator = skipWhitespace(text, valueEnd);
    at = skipWhitespace(text, separator + 1);
  }
  return [...members];
}

/** Makes an object text of members whose names are distinct. The counterpart of {@link objectMembers}. */
export function objectText(members: Iterable<readonly [name: string, value: JsonText]>): JsonText {
  const parts: string[] = [];
  for (const [name, value] of members) parts.push(`${JSON.stringify(name)}:${value}`);
  return `{${parts.join(',')}}` as JsonText;
}

/** The value of one top-level member as it stands in the text; undefined when absent or when the text is no object. */
export function memberText(text: JsonText, name: string): JsonText | undefined {
  if (!isObjectText(text)) return undefined;
  return objectMembers(text).find(([member]) => member === name)?.[1];
}

/** The same text without the whitespace between its tokens; nothing else changes. */
export function compactJson(text: JsonText): JsonText {
  const kept: string[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('"', at)) {
      at = endOfString(text, at);
    } else if (isWhitespace(text.charCodeAt(at))) {
      kept.push(text.slice(start, at));
      at = skipWhitespace(text, at);
      start = at;
    } else {
      at++;
    }
  }
  if (start === 0) return text;
  kept.push(text.slice(start));
  return kept.join('') as JsonText;
}
