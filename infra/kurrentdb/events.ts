import {
  type AllStreamRecordedEvent,
  ANY,
  type AppendStreamState,
  binaryEvent,
  type EventData,
  jsonEvent,
  NO_STREAM,
  type RecordedEvent as StoredEvent,
} from '@kurrent/kurrentdb-client';
import type { Expected, NewRecord, Position, RecordedEvent } from '../ports/event-log.js';
import { UnsupportedServerError } from './failures.js';

const OWN_RESERVED_KEYS = new Set(['$correlationId', '$causationId']);

/**
 * An event as the client takes it. Data is stored as JSON, which the server's tools can show, if the client's rendering
 * of it is the very text that was given, and as bytes if not.
 */
export function toEventData({ id, type, data, metadata }: NewRecord): EventData {
  const parsed: unknown = parse(data);
  if (JSON.stringify(parsed) !== data) return binaryEvent({ id, type, data: Buffer.from(data), metadata });
  // The client takes any JSON value, but is typed to take objects.
  return jsonEvent({ id, type, data: parsed as Record<string, unknown>, metadata });
}

/**
 * The commit position of an event, which is the log's position. It tells events apart as long as it is that of the
 * event itself, and not of a transaction that the event was a part of.
 *
 * @throws UnsupportedServerError if it isn't, because following the log by it would lose events in silence
 */
export function positionOf({ streamId, revision, position }: AllStreamRecordedEvent | StoredEvent): Position {
  if (position === undefined || position.commit !== position.prepare) {
    throw new UnsupportedServerError(
      `KurrentDB sent ${streamId}@${revision} with no position of its own: is it older than 26.0.3, or was it written in a transaction over TCP?`,
    );
  }
  return position.commit;
}

/**
 * An event as it was read. Of the time, reads tell whole seconds and subscriptions tell more; here both tell whole seconds,
 * so that an event is the same however it came.
 */
export function toRecordedEvent(event: AllStreamRecordedEvent | StoredEvent): RecordedEvent {
  return {
    stream: event.streamId,
    id: event.id,
    type: event.type,
    data: event.data instanceof Uint8Array ? Buffer.from(event.data).toString() : JSON.stringify(event.data),
    metadata: flatStrings(event.metadata),
    revision: Number(event.revision),
    position: positionOf(event),
    recordedAt: Math.floor(event.created.getTime() / 1_000) * 1_000,
  };
}

/** Whether an event is the server's own, such as statistics or the metadata of streams. */
export function isSystemEvent({ streamId, type }: { readonly streamId: string; readonly type: string }): boolean {
  return streamId.startsWith('$') || type.startsWith('$');
}

export function toStreamState(expected: Expected | undefined): AppendStreamState {
  if (expected === undefined) return ANY;
  return expected === 'no-stream' ? NO_STREAM : BigInt(expected);
}

export function fromStreamState(state: AppendStreamState): Expected {
  return typeof state === 'bigint' ? Number(state) : 'no-stream';
}

/** Leaves out what the newer append adds of its own under reserved keys. */
function flatStrings(metadata: unknown): Record<string, string> {
  const flat: Record<string, string> = {};
  if (typeof metadata !== 'object' || metadata === null || metadata instanceof Uint8Array) return flat;
  for (const [key, value] of Object.entries(metadata)) {
    if (key.startsWith('$') && !OWN_RESERVED_KEYS.has(key)) continue;
    flat[key] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return flat;
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
