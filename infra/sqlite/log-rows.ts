import type { RecordedEvent } from '../ports/event-log.js';

/** An event as the read statements return it, in the order of {@link EVENT_COLUMNS}. */
export type EventRow = readonly [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  data: string,
  metadata: string,
  recordedAt: number,
];

/** The columns of {@link EventRow}, of events `e`, streams `s` and event types `t`. */
export const EVENT_COLUMNS = 'e.position, s.name, e.revision, e.id, t.name, e.data, e.metadata, e.recorded_at';

export function toEvent([position, stream, revision, id, type, data, metadata, recordedAt]: EventRow): RecordedEvent {
  return { stream, id, type, data, metadata: JSON.parse(metadata), revision, position: BigInt(position), recordedAt };
}
