/*
 * Values of views that SQLite takes and PostgreSQL does not, made such that it takes them.
 */

/** Stands before what it stands for: a noncharacter, which texts of people don't have. */
const ESCAPE = '\uFFFE';
const TO_ESCAPE = /[\0\uFFFE]/;
const LARGEST_BIGINT = 2n ** 63n - 1n;

/**
 * A parameter as PostgreSQL takes it: a text without U+0000, which gets an escape that {@link fromText} takes away
 * again, and a whole number within `bigint`, which is what the largest number of a query means.
 */
export function toParameter(value: unknown): unknown {
  if (typeof value === 'string' && TO_ESCAPE.test(value))
    return value.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll('\0', `${ESCAPE}0`);
  if (typeof value === 'number' && Math.abs(value) >= 2 ** 63)
    return String(value > 0 ? LARGEST_BIGINT : -LARGEST_BIGINT);
  return value;
}

/** A text as it was before {@link toParameter}. */
export function fromText(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replaceAll(`${ESCAPE}0`, '\0').replaceAll(`${ESCAPE}1`, ESCAPE);
}
