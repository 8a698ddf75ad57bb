import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { emptyField, invalidField, TEXTS } from './texts.js';

/** Input that was read, or the text of a 400. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

export type JsonObject = Readonly<Record<string, unknown>>;

/** A JSON body, with the text it was read from: some objects are passed on as they were written. */
export interface JsonBody {
  readonly value: JsonObject;
  readonly text: string;
}

/** Reads a body as strict JSON in UTF-8 whose top level is an object (00-conventions.md 8.1, W1, W2). */
export function readJsonBody(rawBody: Buffer): Read<JsonBody> {
  if (rawBody.length === 0 || !isUtf8(rawBody)) return INVALID_JSON;
  const text = rawBody.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return INVALID_JSON;
  }
  return isJsonObject(value) ? { ok: true, value: { value, text } } : INVALID_JSON;
}

const INVALID_JSON: Read<never> = { ok: false, message: TEXTS.invalidJson };

/**
 * Reads the fields of a body (00-conventions.md 8.2). The first field that fails, in the order of the schema, gives the
 * message: the one its schema carries, or the standard one with the innermost field name.
 *
 * `z.string()`, `z.boolean()` and `z.array(z.unknown())` are readers as they are, `.optional()` refuses an explicit null
 * and `.nullable()` takes it; the others are below.
 */
export function readFields<S extends z.ZodObject>(schema: S, value: unknown): Read<z.output<S>> {
  return firstFailure(schema.safeParse(value, { error: (issue) => invalidField(innermostName(issue.path)) }));
}

/** The value of a parse, or the message of its first issue. */
export function firstFailure<T>(parsed: z.ZodSafeParseResult<T>): Read<T> {
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, message: parsed.error.issues[0]?.message ?? TEXTS.invalidJson };
}

/** The name of the field at a path: array positions have none, so an element goes by its array's. */
export function innermostName(path: readonly PropertyKey[] | undefined): string {
  return path?.findLast((part) => typeof part === 'string') ?? '';
}

/** A 32 bit integer: a number, cut toward zero, or a text of digits. */
export function zInt() {
  return zInteger(-(2 ** 31), 2 ** 31 - 1);
}

/** A 64 bit integer like {@link zInt}. Beyond 2^53 it is the nearest number there is. */
export function zLong() {
  return zInteger(-(2 ** 63), 2 ** 63);
}

/** An object of any content, passed on as it is. */
export function zObject() {
  return z.custom<JsonObject>(isJsonObject);
}

/** An array of strings. One bad element is as good as all: the issues do not grow with the array. */
export function zStrings() {
  return z.custom<readonly string[]>(
    (value) => Array.isArray(value) && value.every((element) => typeof element === 'string'),
  );
}

/** A string that is trimmed and must not be empty then. */
export function zTrimmed() {
  return z
    .string()
    .trim()
    .min(1, { error: (issue) => emptyField(innermostName(issue.path)) });
}

function zInteger(min: number, max: number) {
  return z
    .union([z.number(), z.string().regex(/^[+-]?[0-9]+$/)])
    .transform((value) => Math.trunc(Number(value)) + 0)
    .refine((value) => value >= min && value <= max);
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
