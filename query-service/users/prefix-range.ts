const LAST_CODE_POINT = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** All texts that start with a prefix, as a range in code point order, which is the order of the bytes of UTF-8. */
export interface PrefixRange {
  readonly from: string;
  /** The first text beyond; undefined if there is none. */
  readonly before: string | undefined;
}

/** The range of a prefix, to be looked up in an index of texts. */
export function prefixRange(prefix: string): PrefixRange {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === LAST_CODE_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return { from: prefix, before: undefined };
  const next = last + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : last + 1;
  return { from: prefix, before: String.fromCodePoint(...points, next) };
}
