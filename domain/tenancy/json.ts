import { jsonText } from '../json/raw-json.js';
import { sameJson } from '../json/same-json.js';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Whether a value is a JSON object (not an array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of that name, or undefined; inherited names such as `constructor` are no members. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The object without its null and undefined members; their order stays. */
export function withoutNulls(object: { readonly [name: string]: JsonValue | undefined }): JsonObject {
  const kept: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(object)) {
    if (value !== null && value !== undefined) kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

/** Whether two values are the same JSON; the order of an object's members does not count. */
export function jsonEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return sameJson(jsonText(JSON.stringify(a)), jsonText(JSON.stringify(b)));
}

/** The largest JSON that one event keeps, in characters of its text, and how deeply it may be nested. */
export const MAX_KEPT_JSON = 64 * 1024;
export const MAX_KEPT_DEPTH = 32;

/** Whether a value is small and flat enough to be kept in an event. */
export function canBeKept(value: JsonValue): boolean {
  return isWithinDepth(value, MAX_KEPT_DEPTH) && JSON.stringify(value).length <= MAX_KEPT_JSON;
}

function isWithinDepth(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner: JsonValue) => isWithinDepth(inner, depth - 1));
}
