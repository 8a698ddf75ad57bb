import type { Position } from '../../infra/ports/event-log.js';
import type { CatchUpProgress } from '../../projections/runner/catch-up.js';
import type { Stage } from './work.js';

/** Where progress is shown: a terminal gets one line that is written over, anything else a line now and then. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressReport {
  show(progress: CatchUpProgress, goal: Position, unit?: 'rows'): void;
  /** Tells what is done instead of catching up. */
  stage(stage: Stage): void;
  /** Ends the line on a terminal. */
  end(): void;
}

interface Sample extends CatchUpProgress {
  readonly at: number;
}

const TTY_EVERY_MS = 100;
const LINES_EVERY_MS = 3_000;
/** Speed is what it was in this time, in ms: a copy gets slower as it grows, and others come and go. */
const WINDOW_MS = 30_000;

/**
 * Reports how far the building of a view has come: events, share, events per second, time left. Share and time left are
 * reckoned in positions between the first event there was to apply and the goal, because how many events there are is not
 * known. Positions count events in SQL logs and bytes in KurrentDB, and events are spread about evenly over both.
 *
 * @param clock ms, monotonic
 */
export function progressReport(view: string, output: ProgressOutput, clock: () => number): ProgressReport {
  const every = output.isTTY ? TTY_EVERY_MS : LINES_EVERY_MS;
  let samples: Sample[] = [];
  let counted: 'events' | 'rows' = 'events';
  let shownAt = 0;
  let isLineOpen = false;

  function write(text: string): void {
    output.write(output.isTTY ? `\r\x1b[K${view}: ${text}` : `${view}: ${text}\n`);
    isLineOpen = output.isTTY === true;
  }

  return {
    show(progress, goal, of) {
      const now = clock();
      const unit = of ?? 'events';
      if (unit !== counted) samples = [];
      counted = unit;
      const [first] = samples;
      const sample = { ...progress, at: now };
      // Every catch-up counts from its own start.
      if (first?.from !== progress.from) {
        samples = [sample];
        shownAt = now;
        return;
      }
      if (now - shownAt < every) return;
      shownAt = now;
      samples.push(sample);
      samples = samples.filter(({ at }, index) => index === samples.length - 1 || now - at <= WINDOW_MS);
      if (samples.length === 1) samples.unshift(first);
      write(estimate(samples[0] ?? sample, sample, goal, unit));
    },
    stage(stage) {
      samples = [];
      if (stage.kind === 'comparing') write('comparing with the live view');
      else write(`switched; what was live before is removed in ${timeText(Math.round(stage.ms / 1_000))}`);
    },
    end() {
      if (isLineOpen) output.write('\r\x1b[K');
      isLineOpen = false;
    },
  };
}

function estimate(earlier: Sample, now: Sample, goal: Position, unit: 'events' | 'rows'): string {
  const whole = Number(goal - now.from);
  const share = whole > 0 ? Math.min(Number(now.position - now.from) / whole, 1) : 1;
  const elapsed = Math.max(now.at - earlier.at, 1);
  const perSecond = Math.round(((now.events - earlier.events) * 1_000) / elapsed);
  const passed = Number(now.position - earlier.position);
  const secondsLeft = Math.round((elapsed * Number(goal - now.position)) / passed / 1_000);
  return [
    `${now.events.toLocaleString('en')} ${unit}${unit === 'rows' ? ' copied' : ''}`,
    `${Math.floor(share * 100)} %`,
    `${perSecond.toLocaleString('en')} ${unit}/s`,
    passed > 0 ? `about ${timeText(secondsLeft)} left` : 'time left unknown',
  ].join(', ');
}

function timeText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
