import type { AnyEventType, EventOf } from '../../domain/event.js';
import type { Position } from '../../infra/ports/event-log.js';
import type { StoredEvent } from '../../infra/ports/event-store.js';

/** A view's reaction to one event. Idempotent and deterministic: the same log gives the same rows. */
export type Handler<Tx> = (tx: Tx, event: StoredEvent) => Promise<void> | void;

/** A view: what answers queries, built from the log, and can be thrown away and built again. */
export interface View<Tx> {
  readonly name: string;
  /** Raised when the rows change shape or meaning: the view is then rebuilt. */
  readonly version: number;
  /** Handlers by event type. */
  readonly handlers: ReadonlyMap<string, Handler<Tx>>;
  /** Prefixes of the streams the view reads. */
  readonly streamPrefixes: readonly string[];
}

/** Ties a handler to an event type, so that its data is typed. */
export function on<T extends AnyEventType, Tx>(
  type: T,
  handle: (tx: Tx, data: EventOf<T>['data'], event: StoredEvent) => Promise<void> | void,
): readonly [string, Handler<Tx>] {
  return [type.name, (tx, event) => handle(tx, event.data as EventOf<T>['data'], event)];
}

/** An event that a view could not handle, and with it the rest of its stream until it is retried. */
export interface ParkedStream {
  readonly stream: string;
  /** Nothing of the stream from this position on was applied. */
  readonly position: Position;
  readonly eventType: string;
  readonly error: string;
}

/** Where a view stands. */
export interface Standing {
  /** Everything up to here is in the view, but for parked streams. */
  readonly checkpoint: Position;
  /** Names of the parked streams. */
  readonly parked: ReadonlySet<string>;
}

/** What a view's storage offers to the runner inside one transaction. */
export interface TargetTransaction<Tx> {
  readonly tx: Tx;
  /**
   * Where the view stands as this transaction sees it; nobody changes it before the transaction ends.
   *
   * @throws ViewReplacedError if the rows are those of another version of the view
   */
  standing(): Promise<Standing>;
  /** Runs one step so that its failure undoes this step alone. */
  step(run: () => Promise<void> | void): Promise<void>;
  /** Parks a stream, or replaces what is noted about a parked one. */
  park(stream: ParkedStream): Promise<void>;
  unpark(stream: string): Promise<void>;
  saveCheckpoint(position: Position): Promise<void>;
}

/** Where a view is kept. Rows and checkpoint change in one transaction. */
export interface ViewTarget<Tx> {
  checkpoint(): Promise<Position>;
  parkedStreams(): Promise<readonly ParkedStream[]>;
  /** True for a failure of the storage itself (busy, disk, connection), which says nothing about the event. */
  isFault(error: unknown): boolean;
  /** Runs alone among all writers of the view, of whichever process. */
  transaction<R>(run: (transaction: TargetTransaction<Tx>) => Promise<R>): Promise<R>;
}

/** Thrown when a process finds rows of another version of the view than its own: somebody has rebuilt it. */
export class ViewReplacedError extends Error {
  override readonly name = 'ViewReplacedError';

  constructor(view: string, found: number, own: number) {
    super(
      `view ${view} is of version ${found} now and this process knows version ${own}: restart it with that version`,
    );
  }
}
