import type { LRUCache } from 'lru-cache';
import type { Aggregate, DomainEvent, StreamId } from '../domain/event.js';
import { ContentionError } from '../infra/ports/contention.js';
import {
  type AppendResult,
  type Expected,
  type NewRecord,
  OutcomeUnknownError,
  type Position,
  type StreamCheck,
} from '../infra/ports/event-log.js';
import { type EventStore, foldStream, type NewEvent } from '../infra/ports/event-store.js';
import { StoreUnavailableError } from '../infra/ports/store-unavailable.js';

/** A folded stream as the cache holds it. */
export interface FoldedStream {
  readonly state: unknown;
  readonly revision: Expected;
  /** Whose personal data the state may hold: it is forgotten when they are erased. */
  readonly subject: string | undefined;
}

/** What a command body may do inside one attempt. */
export interface Tx {
  /** Folds a stream and puts it into the read set: the commit fails if it has changed by then. */
  load<S, E extends DomainEvent>(aggregate: Aggregate<S, E>, id: StreamId): Promise<S>;
  /** Like {@link load} for a stream that the caller has just invented: it is taken to be empty without asking. */
  create<S, E extends DomainEvent>(aggregate: Aggregate<S, E>, id: StreamId): Promise<S>;
  /** Puts events into the write set of a stream that was loaded or created. */
  append<S, E extends DomainEvent>(aggregate: Aggregate<S, E>, id: StreamId, events: readonly E[]): void;
}

/** What a unit of work came to: the answer, and what was appended for it. */
export interface Committed<R> {
  readonly result: R;
  readonly position: Position | undefined;
  readonly eventTypes: ReadonlySet<string>;
}

export interface UnitOfWorkOptions {
  readonly store: EventStore;
  readonly cache: LRUCache<string, FoldedStream>;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** ms, monotonic. */
  readonly clock: () => number;
  readonly onConflict?: () => void;
}

/** Runs a command body until its decision is committed, or was a rejection confirmed by the log. */
export type UnitOfWork = <R>(
  metadata: Readonly<Record<string, string>>,
  body: (tx: Tx) => Promise<R>,
) => Promise<Committed<R>>;

const MAX_ATTEMPTS = 24;
const MAX_BACKOFF_MS = 64;
/** How long an append is tried again while the log fails: the election of a leader takes seconds. */
const FAULT_PATIENCE_MS = 10_000;
const FIRST_FAULT_PAUSE_MS = 20;
const LONGEST_FAULT_PAUSE_MS = 1_000;

interface Touched {
  readonly name: string;
  readonly id: StreamId;
  readonly aggregate: Aggregate<unknown, DomainEvent>;
  state: unknown;
  readonly base: FoldedStream;
  readonly confirmed: boolean;
  readonly events: DomainEvent[];
}

/**
 * Makes the unit of work (design.md, "One write, from HTTP to answer"): a read set, a write set, and one conditional
 * atomic append. On conflict the cached states are dropped and the body runs again, bounded and with jitter. An answer
 * that appends nothing, but was decided from cached state, is believed only after the log confirmed that state. What a
 * body throws is a fault only if all that it read is still so; otherwise it runs again.
 *
 * @throws ContentionError, OutcomeUnknownError, StoreUnavailableError past their bounds
 */
export function unitOfWork(options: UnitOfWorkOptions): UnitOfWork {
  const { store, cache } = options;

  return async (metadata, body) => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (attempt > 0) await options.sleep(options.random() * Math.min(2 ** attempt, MAX_BACKOFF_MS));
      const touched = new Map<string, Touched>();
      const done = await carriedOut(options, touched, () => body(transaction(store, cache, touched, attempt === 0)));
      if (!done) continue;
      const { result } = done;
      const written = [...touched.values()].filter((stream) => stream.events.length > 0);
      if (written.length === 0) {
        const unconfirmed = [...touched.values()].filter((stream) => !stream.confirmed);
        if (await stillSo(store, cache, unconfirmed)) return { result, position: undefined, eventTypes: new Set() };
        continue;
      }
      const appended = await appendOnce(options, metadata, touched, written);
      if (appended.ok) {
        for (const stream of written) {
          const revision = appended.revisions.get(stream.name);
          if (revision === undefined) continue;
          const { state, aggregate } = stream;
          cache.set(stream.name, { state, revision, subject: aggregate.subject(state) });
        }
        const eventTypes = new Set(written.flatMap((stream) => stream.events.map((event) => event.type)));
        return { result, position: appended.position, eventTypes };
      }
      options.onConflict?.();
      for (const violation of appended.violations) cache.delete(violation.stream);
    }
    throw new ContentionError(`gave up after ${MAX_ATTEMPTS} attempts: too many writers on the same streams`);
  };
}

/**
 * Carries a body out; undefined if it threw over streams that have changed. They are read one after the other, and may
 * never have been so at the same time.
 */
async function carriedOut<R>(
  { store, cache, onConflict }: UnitOfWorkOptions,
  touched: ReadonlyMap<string, Touched>,
  body: () => Promise<R>,
): Promise<{ readonly result: R } | undefined> {
  try {
    return { result: await body() };
  } catch (error) {
    if (await stillSo(store, cache, [...touched.values()]).catch(() => true)) throw error;
    onConflict?.();
    return undefined;
  }
}

function transaction(
  store: EventStore,
  cache: LRUCache<string, FoldedStream>,
  touched: Map<string, Touched>,
  mayAssume: boolean,
): Tx {
  const touch = (
    name: string,
    id: StreamId,
    aggregate: Aggregate<unknown, DomainEvent>,
    base: FoldedStream,
    isConfirmed: boolean,
  ): Touched => {
    const stream = { name, id, aggregate, state: base.state, base, confirmed: isConfirmed, events: [] };
    touched.set(name, stream);
    return stream;
  };

  const load = async (aggregate: Aggregate<unknown, DomainEvent>, id: StreamId): Promise<unknown> => {
    const name = store.streamName(id);
    const known = touched.get(name);
    if (known) return known.state;
    const cached = cache.get(name);
    if (cached) return touch(name, id, aggregate, cached, false).state;
    const before = timesForgotten.get(cache);
    const { state, revision } = await foldStream(store, aggregate, name);
    const folded = { state, revision, subject: aggregate.subject(state) };
    // What was read while people were erased may hold what has just been forgotten.
    if (folded.revision !== 'no-stream' && timesForgotten.get(cache) === before) cache.set(name, folded);
    return (touched.get(name) ?? touch(name, id, aggregate, folded, true)).state;
  };

  return {
    load: load as Tx['load'],
    create: (async (aggregate: Aggregate<unknown, DomainEvent>, id: StreamId) => {
      if (!mayAssume) return load(aggregate, id);
      return touch(store.streamName(id), id, aggregate, noStream(aggregate), false).state;
    }) as Tx['create'],
    append(aggregate, id, events) {
      const stream = touched.get(store.streamName(id));
      if (!stream) throw new Error(`${aggregate.category}: a stream must be loaded before it is written`);
      for (const event of events) {
        stream.state = stream.aggregate.evolve(stream.state, event);
        stream.events.push(event);
      }
    },
  };
}

function noStream(aggregate: Aggregate<unknown, DomainEvent>): FoldedStream {
  return { state: aggregate.initial, revision: 'no-stream', subject: undefined };
}

const timesForgotten = new WeakMap<LRUCache<string, FoldedStream>, number>();

/** Drops the folded streams that hold data of erased subjects. */
export function forgetSubjects(cache: LRUCache<string, FoldedStream>, isErased: (subject: string) => boolean): void {
  timesForgotten.set(cache, (timesForgotten.get(cache) ?? 0) + 1);
  for (const [name, { subject }] of cache.entries()) if (subject !== undefined && isErased(subject)) cache.delete(name);
}

/** Whether streams are as the body saw them. Those that are not are dropped from the cache. */
async function stillSo(
  store: EventStore,
  cache: LRUCache<string, FoldedStream>,
  streams: readonly Touched[],
): Promise<boolean> {
  let all = true;
  for (const stream of streams) {
    if ((await store.streamState(stream.name)) === stream.base.revision) continue;
    cache.delete(stream.name);
    all = false;
  }
  return all;
}

async function appendOnce(
  options: UnitOfWorkOptions,
  metadata: Readonly<Record<string, string>>,
  touched: ReadonlyMap<string, Touched>,
  written: readonly Touched[],
): Promise<AppendResult> {
  const events: NewEvent[] = written.flatMap((stream) =>
    stream.events.map((event) => ({ stream: stream.id, event, subject: subjectOf(stream) })),
  );
  const records = await options.store.encode(events, metadata);
  const checks = [...touched.values()].map((stream) => ({ stream: stream.name, expected: stream.base.revision }));
  return appendThroughFaults(options, records, checks);
}

function subjectOf(stream: Touched): string | undefined {
  return stream.aggregate.subject(stream.state) ?? stream.aggregate.subject(stream.base.state);
}

async function appendThroughFaults(
  { store, clock, random, sleep }: UnitOfWorkOptions,
  records: readonly NewRecord[],
  checks: readonly StreamCheck[],
): Promise<AppendResult> {
  const deadline = clock() + FAULT_PATIENCE_MS;
  for (let failures = 0; ; failures++) {
    try {
      return await store.append(records, checks);
    } catch (error) {
      const pause = Math.min(FIRST_FAULT_PAUSE_MS * 2 ** failures, LONGEST_FAULT_PAUSE_MS) * (0.5 + random() / 2);
      if (!mayPass(error) || clock() + pause > deadline) throw error;
      await sleep(pause);
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof OutcomeUnknownError || error instanceof StoreUnavailableError;
}
