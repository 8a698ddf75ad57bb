import { z } from 'zod';

/** What an event says once its subject's key is gone: the value that stands in for a personal field. */
const erasedValues = z.registry<{ erased: string | number | null }>();

/**
 * Marks a field of an event schema as personal: it is sealed under the key of the event's subject before it is
 * written to the log, and reads as `erased` after that key was destroyed (design.md, "Personal data").
 */
export function personal<T extends z.ZodType>(schema: T, erased: z.infer<T> & (string | number | null)): T {
  const marked = schema.clone() as T;
  erasedValues.add(marked, { erased });
  return marked;
}

/** An event as the domain speaks of it: a type name and its data. */
export interface DomainEvent<N extends string = string, D = unknown> {
  readonly type: N;
  readonly data: D;
}

/** How one event type is written down: schema, version, and which of its fields are personal. */
export interface AnyEventType {
  readonly name: string;
  readonly version: number;
  readonly schema: z.ZodType;
  /** Personal fields with the value that stands in for each after erasure. */
  readonly personal: ReadonlyMap<string, string | number | null>;
  /** Turns the data of an older version into the next one; index 0 upcasts version 1. */
  readonly upcasters: ReadonlyArray<(data: Record<string, unknown>) => Record<string, unknown>>;
}

/** An event type that makes its events: `UserDeleted({ userId, at })`. */
export interface EventType<N extends string, D> extends AnyEventType {
  readonly name: N;
  readonly schema: z.ZodType<D>;
  (data: D): DomainEvent<N, D>;
}

/**
 * Defines an event type. The version is one more than the number of upcasters.
 *
 * @param name past tense, in the domain's words; unique in the catalogue
 * @param shape zod fields; mark personal ones with {@link personal}
 */
export function defineEvent<N extends string, F extends z.ZodRawShape>(
  name: N,
  shape: F,
  upcasters: AnyEventType['upcasters'] = [],
): EventType<N, z.infer<z.ZodObject<F>>> {
  type D = z.infer<z.ZodObject<F>>;
  const marked = new Map<string, string | number | null>();
  for (const [field, schema] of Object.entries(shape)) {
    const mark = erasedValues.get(schema as z.ZodType);
    if (mark) marked.set(field, mark.erased);
  }
  const make = (data: D): DomainEvent<N, D> => ({ type: name, data });
  Object.defineProperty(make, 'name', { value: name });
  return Object.assign(make, {
    version: upcasters.length + 1,
    schema: z.object(shape) as unknown as z.ZodType<D>,
    personal: marked,
    upcasters,
  }) as unknown as EventType<N, D>;
}

/** The event an event type makes. */
export type EventOf<T> = T extends EventType<infer N, infer D> ? DomainEvent<N, D> : never;

/**
 * Where a stream's events live. `path` parts stand in the stream's name as they are (lower-case ASCII of our own
 * making); `hashed` parts are foreign or personal and appear only as a keyed HMAC.
 */
export interface StreamId {
  readonly category: string;
  readonly path: readonly string[];
  readonly hashed?: readonly string[];
}

/** A consistency boundary: the state that a stream's events fold into. */
export interface Aggregate<S, E extends DomainEvent> {
  readonly category: string;
  readonly events: readonly AnyEventType[];
  readonly initial: S;
  /** Folds one event into the state. Pure; must accept erased events (see {@link personal}). */
  evolve(state: S, event: E): S;
  /** Whose key seals the personal fields of an event that leads to `state`; undefined if there is nobody. */
  subject(state: S): string | undefined;
}

/** What a decision says: the answer, and the events that make it true (none for a rejection or a no-op). */
export interface Decision<R, E extends DomainEvent = DomainEvent> {
  readonly result: R;
  readonly events: readonly E[];
}

/** A decision that changes something. */
export function accept<R, E extends DomainEvent>(result: R, ...events: E[]): Decision<R, E> {
  return { result, events };
}

/** A decision that changes nothing: a rejection, or a command whose effect already holds. */
export function unchanged<R>(result: R): Decision<R, never> {
  return { result, events: [] };
}
