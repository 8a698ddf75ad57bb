const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const MS = /^\d{1,16}$/;
const LAST_MS = 8.64e15;

/**
 * Reads a time: ms since the epoch, or ISO 8601 with its offset from UTC; a date alone is its first moment in UTC.
 *
 * @returns ms since the epoch
 * @throws Error saying how to write it
 */
export function parseTime(text: string): number {
  const ms = MS.test(text) ? Number(text) : ISO.test(text) ? Date.parse(text) : Number.NaN;
  if (ms <= LAST_MS) return ms;
  throw new Error(
    `${JSON.stringify(text)} is not a time. Give ms since the epoch, or ISO 8601 with an offset: 2026-01-31T09:30:00Z`,
  );
}
