import type { Aggregate, DomainEvent, StreamId } from '../domain/event.js';
import type { EventStore } from '../infra/ports/event-store.js';

/** The state of one stream from the log itself: for a query about one entity whose view is known to be behind. */
export async function foldStream<S, E extends DomainEvent>(
  store: EventStore,
  aggregate: Aggregate<S, E>,
  id: StreamId,
): Promise<S> {
  const events = (await store.readStream(store.streamName(id))) ?? [];
  return events.reduce((state, event) => aggregate.evolve(state, event as DomainEvent as E), aggregate.initial);
}
