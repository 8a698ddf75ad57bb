const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Whether a character code is one of the four that JSON calls whitespace (RFC 8259, 2). */
export function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** The first index at or after `at` that is not whitespace. */
export function skipWhitespace(text: string, at: number): number {
  let index = at;
  while (isWhitespace(text.charCodeAt(index))) index++;
  return index;
}

/** The index after the closing quote of the string that opens at `at`. */
export function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    const backslashes = quote - 1 - before;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

/** The index after the number, `true`, `false` or `null` that starts at `at`. */
export function endOfLiteral(text: string, at: number): number {
  let index = at;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || isWhitespace(code)) break;
  }
  return index;
}

/** The index after the value that starts at `at`. Counts depth instead of recursing, so nesting costs no stack. */
export function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return endOfString(text, at);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return endOfLiteral(text, at);
  let depth = 0;
  let index = at;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
      continue;
    }
    index++;
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) return index;
  }
  return text.length;
}
