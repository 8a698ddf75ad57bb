import type { StoredEvent } from '../../infra/ports/event-store.js';

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const MS = /^\d{1,16}$/;
const LAST_MS = 8.64e15;
const SECOND_MS = 1_000;

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

/** What tells when an event was recorded. */
export type Timed = Pick<StoredEvent, 'recordedAt' | 'data'>;

/**
 * When the log recorded an event, in ms since the epoch. A log that tells whole seconds (KurrentDB) is helped out by the
 * time of the decision, if that is in the same second.
 */
export function timeOf({ recordedAt, data }: Timed): number {
  const { at } = data as { readonly at?: unknown };
  return typeof at === 'number' && at > recordedAt && at < recordedAt + SECOND_MS ? at : recordedAt;
}
