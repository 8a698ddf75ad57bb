import type { RecordedEvent } from '../ports/event-log.js';

/** An event as the read statements return it, in {@link EVENT_COLUMNS}. */
export interface EventRow {
  readonly position: string;
  readonly recorded_at: string;
  readonly id: string;
  readonly revision: number;
  readonly stream: string;
  readonly type: string;
  readonly metadata: string;
  readonly data: string;
}

/** The columns of {@link EventRow}, of events `e`. */
export const EVENT_COLUMNS = 'e.position, e.recorded_at, e.id, e.revision, e.stream, e.type, e.metadata, e.data';

/** A row of a join that has no event on its right side where nothing was found. */
export type MaybeEventRow = EventRow | { readonly position: null };

/** The events among the rows, in their order. */
export function toEvents(rows: readonly MaybeEventRow[]): RecordedEvent[] {
  return rows.flatMap((row) => (row.position === null ? [] : [toEvent(row)]));
}

function toEvent({ position, recorded_at, metadata, id, revision, stream, type, data }: EventRow): RecordedEvent {
  return {
    ...{ stream, id, type, data, revision },
    metadata: JSON.parse(metadata),
    position: BigInt(position),
    recordedAt: Number(recorded_at),
  };
}
