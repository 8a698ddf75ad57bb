import type { CaughtUp, LogFilter, Position, RecordedEvent } from '../ports/event-log.js';
import type { LogReader } from './log-reader.js';

/** How many events a subscription holds at most. */
const PAGE = 256;

/** Tells subscribers when the log has grown. */
export interface LogWatch {
  /** Looks at the log's end now. */
  check(): void;
  /** Resolves once the log has an event after a position, or the signal aborts. */
  grownBeyond(position: number, signal: AbortSignal): Promise<void>;
}

/**
 * Watches the log's end: `check` is for the writes of this process, those of others are found by looking every `poll` ms.
 *
 * @param end the position of the last event, or -1
 */
export function watchLog(end: () => number, poll: number): LogWatch {
  const waiting = new Map<() => void, number>();
  let timer: NodeJS.Timeout | undefined;

  function check(): void {
    if (waiting.size === 0) return;
    const now = end();
    for (const [wake, position] of waiting) if (now > position) wake();
  }

  return {
    check,
    grownBeyond(position, signal) {
      return new Promise((resolve) => {
        if (signal.aborted || end() > position) {
          resolve();
          return;
        }
        const wake = () => {
          signal.removeEventListener('abort', wake);
          waiting.delete(wake);
          if (waiting.size === 0) {
            clearInterval(timer);
            timer = undefined;
          }
          resolve();
        };
        signal.addEventListener('abort', wake);
        waiting.set(wake, position);
        timer ??= setInterval(check, poll).unref();
      });
    },
  };
}

/** Follows the log: see the port's `subscribe`. Ends when the signal aborts. */
export async function* followLog(
  { scan }: Pick<LogReader, 'scan'>,
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
