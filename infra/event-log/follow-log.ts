import type { CaughtUp, LogFilter, Position, RecordedEvent } from '../ports/event-log.js';

/** How many events a subscription holds at most. */
const PAGE = 256;

export interface LogPage {
  readonly events: readonly RecordedEvent[];
  /** Everything up to this position that passes the filter is in `events`, or came before them. */
  readonly through: number;
}

/** Reads at most `limit` events of the whole log after a position. */
export type LogScan = (after: number, limit: number, filter?: LogFilter) => Promise<LogPage>;

/** Tells subscribers when the log has grown. */
export interface LogWatch {
  /** Looks at the log's end now. */
  check(): void;
  /** Resolves once the log has an event after a position, or the signal aborts. */
  grownBeyond(position: number, signal: AbortSignal): Promise<void>;
}

/** Follows a log that is read by pages: see the port's `subscribe`. Ends when the signal aborts. */
export async function* followLog(
  { scan }: { readonly scan: LogScan },
  watch: LogWatch,
  options: { readonly after: Position; readonly filter?: LogFilter; readonly signal: AbortSignal },
): AsyncGenerator<RecordedEvent | CaughtUp, void, undefined> {
  const { filter, signal } = options;
  let through = Number(options.after);
  while (!signal.aborted) {
    const page = await scan(through, PAGE, filter).catch((error: unknown) => {
      // The log may be closed under a scan that lets others have the event loop in between.
      if (signal.aborted) return undefined;
      throw error;
    });
    if (page === undefined) return;
    for (const event of page.events) {
      if (signal.aborted) return;
      yield event;
    }
    through = Math.max(through, page.through);
    if (page.events.length === PAGE || signal.aborted) continue;
    yield { caughtUp: true, position: BigInt(through) };
    await watch.grownBeyond(through, signal);
  }
}
