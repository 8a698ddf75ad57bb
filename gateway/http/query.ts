import { z } from 'zod';
import { firstFailure, innermostName, type Read } from './input.js';
import { invalidParameter, missingParameter, parameterMustBe } from './texts.js';

const DECIMAL = /^[+-]?[0-9]+$/;
const INT = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const LONG = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
/** More digits than any long has, so that a number is not worth reading. */
const MAX_DIGITS = 1000;

/**
 * The query of a request target. `+` is a space; an escape that can't be decoded stands for itself, bytes that are no
 * UTF-8 for U+FFFD.
 */
export function parseQuery(rawUrl: string): URLSearchParams {
  const queryAt = rawUrl.indexOf('?');
  return new URLSearchParams(queryAt === -1 ? '' : rawUrl.slice(queryAt + 1));
}

/**
 * Reads query parameters (00-conventions.md 8.3): the first value of each name in the schema. The first parameter that
 * fails, in the order of the schema, gives the message.
 *
 * `z.string()` reads a required text, `.optional()` makes any reader optional; the others are below.
 */
export function readQuery<S extends z.ZodObject>(schema: S, query: URLSearchParams): Read<z.output<S>> {
  const given: Record<string, string> = Object.create(null);
  for (const name of Object.keys(schema.shape)) {
    const value = query.get(name);
    if (value !== null) given[name] = value;
  }
  return firstFailure(
    schema.safeParse(given, {
      error: (issue) => {
        const name = innermostName(issue.path);
        return issue.input === undefined ? missingParameter(name) : invalidParameter(name);
      },
    }),
  );
}

/** A 32 bit signed decimal. */
export function qInt() {
  return qDecimal(INT, 'an int');
}

/** A 64 bit signed decimal. Beyond 2^53 it is the nearest number there is. */
export function qLong() {
  return qDecimal(LONG, 'a long');
}

/** A comma list: its trimmed parts without the empty ones. */
export function qList() {
  return z.string().transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
}

function qDecimal(range: { readonly min: bigint; readonly max: bigint }, kind: 'an int' | 'a long') {
  return z
    .string()
    .refine((text) => isDecimalWithin(text, range), {
      error: (issue) => parameterMustBe(kind, innermostName(issue.path)),
    })
    .transform((text) => Number(text) + 0);
}

function isDecimalWithin(text: string, { min, max }: { readonly min: bigint; readonly max: bigint }): boolean {
  if (text.length > MAX_DIGITS || !DECIMAL.test(text)) return false;
  const value = BigInt(text);
  return value >= min && value <= max;
}
