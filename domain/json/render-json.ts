import type { JsonText } from './raw-json.js';

const text = Symbol('raw JSON text');

/** A JSON text in the place of a value: {@link renderJson} writes it as it is. */
export interface RawJson {
  readonly [text]: JsonText;
}

/** Puts a JSON text where a value is expected. */
export function rawJson(value: JsonText): RawJson {
  return { [text]: value };
}

/**
 * Serialises like `JSON.stringify`, except that raw JSON texts inside go out verbatim. For values that our own code put
 * together: it descends by recursion on the way to a raw part, so parsed foreign input belongs in as {@link rawJson}.
 *
 * @throws TypeError for a value that JSON cannot hold at top level (undefined, a function)
 */
export function renderJson(value: unknown): JsonText {
  const rendered = render(value);
  if (rendered === undefined) throw new TypeError('the value has no JSON form');
  return rendered as JsonText;
}

function isRaw(value: object): value is RawJson {
  return text in value;
}

function holdsRaw(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isRaw(value)) return true;
  return Array.isArray(value) ? value.some(holdsRaw) : Object.values(value).some(holdsRaw);
}

function render(value: unknown): string | undefined {
  if (!holdsRaw(value)) return JSON.stringify(value) as string | undefined;
  const container = value as RawJson | readonly unknown[] | Readonly<Record<string, unknown>>;
  if (isRaw(container)) return container[text];
  if (Array.isArray(container)) return `[${container.map((item) => render(item) ?? 'null').join(',')}]`;
  const parts: string[] = [];
  for (const [name, member] of Object.entries(container)) {
    const rendered = render(member);
    if (rendered !== undefined) parts.push(`${JSON.stringify(name)}:${rendered}`);
  }
  return `{${parts.join(',')}}`;
}
