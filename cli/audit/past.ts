import type { Aggregate, DomainEvent, StreamId } from '../../domain/event.js';
import type { EventStore, StoredEvent } from '../../infra/ports/event-store.js';
import { ERASED, erasedFields } from './entry.js';
import { type Timed, timeOf } from './time.js';

/** Reads streams as they were at some time. */
export interface PastReader {
  /** The events that a stream had, with personal values opened; none if there was no such stream. */
  events(stream: StreamId): Promise<readonly StoredEvent[]>;
  /** Whether an event was there by that time. */
  isPast(event: Timed): boolean;
}

/**
 * @param until ms since the epoch; what the log recorded later is left out. Clocks may step back, so a stream ends with
 *   its last event that is not later, and what comes before that in the stream is part of it.
 */
export function pastReader(store: Pick<EventStore, 'streamName' | 'readStream'>, until = Infinity): PastReader {
  const isPast = (event: Timed) => timeOf(event) <= until;
  return {
    isPast,
    async events(stream) {
      const events = (await store.readStream(store.streamName(stream))) ?? [];
      return events.slice(0, events.findLastIndex(isPast) + 1);
    },
  };
}

/** Folds events of one stream; personal texts that can't be read any more become `(erased)`. */
export function foldPast<S, E extends DomainEvent>(aggregate: Aggregate<S, E>, events: readonly StoredEvent[]): S {
  return events.map((event) => marked(event) as unknown as E).reduce(aggregate.evolve, aggregate.initial);
}

function marked(event: StoredEvent): DomainEvent {
  const data = { ...(event.data as Record<string, unknown>) };
  // Stand-ins of other kinds (an empty object, a flag) are what the fold knows erased data by.
  for (const field of erasedFields(event)) if (data[field] === '' || data[field] === null) data[field] = ERASED;
  return { type: event.type, data };
}
