import type { z } from 'zod';

/** Reads JSON text by a schema; undefined if it does not fit. What it says is left out of every error that way. */
export function readJson<S extends z.ZodType>(schema: S, text: string): z.output<S> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return schema.safeParse(value).data;
}
