import type { Position } from '../../infra/ports/event-log.js';
import type { CatchUpProgress } from '../../projections/runner/catch-up.js';

/** Where progress is shown: a terminal gets one line that is written over, anything else a line now and then. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressReport {
  show(progress: CatchUpProgress, goal: Position): void;
  /** Ends the line on a terminal. */
  end(): void;
}

const TTY_EVERY_MS = 100;
const LINES_EVERY_MS = 3_000;

/**
 * Reports how far the building of a view has come: events, share of the log, events per second, time left. The last two
 * are estimated from what was done since the first report; positions are spread about evenly over the log.
 *
 * @param clock ms, monotonic
 */
export function progressReport(view: string, output: ProgressOutput, clock: () => number): ProgressReport {
  const every = output.isTTY ? TTY_EVERY_MS : LINES_EVERY_MS;
  let first: (CatchUpProgress & { readonly at: number }) | undefined;
  let shownAt = 0;
  let isLineOpen = false;
  return {
    show(progress, goal) {
      const now = clock();
      // Every catch-up counts from its own start.
      if (!first || progress.events <= first.events) {
        first = { ...progress, at: now };
        shownAt = now;
        return;
      }
      if (now - shownAt < every) return;
      shownAt = now;
      const line = `${view}: ${estimate(progress, first, goal, now - first.at)}`;
      output.write(output.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
      isLineOpen = output.isTTY === true;
    },
    end() {
      if (isLineOpen) output.write('\r\x1b[K');
      isLineOpen = false;
    },
  };
}

function estimate(now: CatchUpProgress, first: CatchUpProgress, goal: Position, elapsedMs: number): string {
  const share = goal > 0n ? Math.min(Number(now.position) / Number(goal), 1) : 1;
  const perSecond = Math.round(((now.events - first.events) * 1_000) / Math.max(elapsedMs, 1));
  const passed = Number(now.position - first.position);
  const secondsLeft = passed > 0 ? Math.round((elapsedMs * Number(goal - now.position)) / passed / 1_000) : 0;
  return [
    `${now.events.toLocaleString('en')} events`,
    `${Math.floor(share * 100)} % of the log`,
    `${perSecond.toLocaleString('en')} events/s`,
    `about ${timeText(secondsLeft)} left`,
  ].join(', ');
}

function timeText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
