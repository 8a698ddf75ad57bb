import { BEGINNING, type Position } from '../../infra/ports/event-log.js';
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
 * Reports how far the building of a view has come: events, share of the log, events per second, time left. The time
 * left is estimated from the positions, which are spread about evenly over the log.
 *
 * @param clock ms, monotonic
 */
export function progressReport(view: string, output: ProgressOutput, clock: () => number): ProgressReport {
  const started = clock();
  const every = output.isTTY ? TTY_EVERY_MS : LINES_EVERY_MS;
  let shownAt = started;
  let isLineOpen = false;
  return {
    show(progress, goal) {
      const now = clock();
      if (now - shownAt < every) return;
      shownAt = now;
      const line = progressLine(view, progress, goal, now - started);
      output.write(output.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
      isLineOpen = output.isTTY === true;
    },
    end() {
      if (isLineOpen) output.write('\r\x1b[K');
      isLineOpen = false;
    },
  };
}

/** @param elapsedMs since the start of the log */
export function progressLine(view: string, progress: CatchUpProgress, goal: Position, elapsedMs: number): string {
  const { events, position } = progress;
  const share = goal === BEGINNING ? 1 : Math.min(Number(position - BEGINNING) / Number(goal - BEGINNING), 1);
  const perSecond = Math.round((events * 1_000) / Math.max(elapsedMs, 1));
  const secondsLeft = share > 0 ? Math.round((elapsedMs * (1 - share)) / share / 1_000) : 0;
  const numbers = [`${Math.floor(share * 100)} % of the log`, `${perSecond.toLocaleString('en')} events/s`];
  return `${view}: ${events.toLocaleString('en')} events, ${numbers.join(', ')}, about ${timeText(secondsLeft)} left`;
}

function timeText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
