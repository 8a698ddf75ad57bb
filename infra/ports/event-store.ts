import type { Aggregate, DomainEvent, StreamId } from '../../domain/event.js';
import type {
  AppendResult,
  Expected,
  LogFilter,
  NewRecord,
  Position,
  RecordedEvent,
  StreamCheck,
} from './event-log.js';

/** An event that a command wants to append. */
export interface NewEvent {
  readonly stream: StreamId;
  readonly event: DomainEvent;
  /** Whose key seals the personal fields; required if the event type has any. */
  readonly subject: string | undefined;
}

/** An event read back: opened, upcast to the current version and validated. */
export interface StoredEvent extends DomainEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly recordedAt: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** The subject's key is gone: personal fields hold their stand-ins. */
  readonly erased: boolean;
}

/** The log in the domain's terms: names streams, seals and opens personal data, validates and upcasts events. */
export interface EventStore {
  /** The name of a stream in the log; hashed parts become a keyed HMAC. */
  streamName(id: StreamId): string;
  /** Prepares events for one append: validated, sealed, each with a fresh id. */
  encode(events: readonly NewEvent[], metadata: Readonly<Record<string, string>>): Promise<readonly NewRecord[]>;
  append(records: readonly NewRecord[], checks: readonly StreamCheck[]): Promise<AppendResult>;
  streamState(stream: string): Promise<Expected>;
  /** A stream's events from `from` on, or undefined if there is no such stream. */
  readStream(stream: string, from?: number): Promise<readonly StoredEvent[] | undefined>;
  readAll(options: {
    readonly after: Position;
    readonly limit: number;
    readonly filter?: LogFilter;
  }): Promise<readonly StoredEvent[]>;
  decode(events: readonly RecordedEvent[]): Promise<readonly StoredEvent[]>;
  /** Forgets opened personal data held in memory, after a key was destroyed. */
  forget(): void;
}

/** The state that a stream's events came to, and the revision they end at. */
export interface Folded<S> {
  readonly state: S;
  readonly revision: Expected;
}

/** Folds a whole stream from the log. */
export async function foldStream<S, E extends DomainEvent>(
  store: EventStore,
  aggregate: Aggregate<S, E>,
  name: string,
): Promise<Folded<S>> {
  const events = await store.readStream(name);
  const last = events?.at(-1);
  if (!events || !last) return { state: aggregate.initial, revision: 'no-stream' };
  return {
    state: (events as readonly unknown[] as readonly E[]).reduce(aggregate.evolve, aggregate.initial),
    revision: last.revision,
  };
}
