import type { Logger } from '../../infra/ports/logger.js';

/** Work that is done again and again in the background (00-conventions.md 16). */
export interface Job {
  readonly name: string;
  /** From the end of one run to the start of the next, in ms. */
  readonly intervalMs: number;
  /** Test mode runs every job at once. */
  readonly firstRun: 'at-once' | 'after-interval';
  /** Runs too often to be told to operators, unless it fails. */
  readonly isQuiet?: true;
  /** @param signal aborts when the service stops */
  run(signal: AbortSignal): Promise<void>;
}

/** Time as the scheduler sees it. */
export interface Clock {
  /** ms, only ever compared with itself. */
  readonly now: () => number;
  /** Calls back once after `ms`; must not keep a process alive. Returns what cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

export interface SchedulerOptions {
  readonly jobs: readonly Job[];
  readonly testMode: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onRun: (job: string, outcome: 'ok' | 'error', seconds: number) => void;
}

export interface Scheduler {
  /** Starts no further run, tells the running ones to end and waits for them, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** The clock of a running process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};

interface Entry {
  readonly job: Job;
  /** When it is due; undefined while it runs. */
  dueAt: number | undefined;
}

/**
 * Runs jobs with a fixed delay between their runs, never twice at once, on a single timer. A failure is logged and
 * counted; the job stays on the schedule.
 */
export function startJobs(options: SchedulerOptions): Scheduler {
  const { clock, logger } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const start = clock.now();
  const entries = options.jobs.map((job): Entry => {
    const isAtOnce = options.testMode || job.firstRun === 'at-once';
    return { job, dueAt: isAtOnce ? start : start + job.intervalMs };
  });
  let cancel: (() => void) | undefined;

  function arm(): void {
    cancel?.();
    cancel = undefined;
    const dueTimes = entries.flatMap(({ dueAt }) => (dueAt === undefined ? [] : [dueAt]));
    if (stopping.signal.aborted || dueTimes.length === 0) return;
    cancel = clock.after(Math.max(0, Math.min(...dueTimes) - clock.now()), startDue);
  }

  function startDue(): void {
    const now = clock.now();
    for (const entry of entries) {
      if (entry.dueAt === undefined || entry.dueAt > now) continue;
      entry.dueAt = undefined;
      const run = runOnce(entry).finally(() => running.delete(run));
      running.add(run);
    }
    arm();
  }

  async function runOnce(entry: Entry): Promise<void> {
    const { job } = entry;
    const startedAt = clock.now();
    if (!job.isQuiet) logger.debug({ job: job.name }, 'Cronjob started');
    let outcome: 'ok' | 'error' = 'ok';
    try {
      await job.run(stopping.signal);
    } catch (err) {
      outcome = 'error';
      logger.error({ job: job.name, err, retryInMs: job.intervalMs }, 'Cronjob failed; it will run again');
    }
    const endedAt = clock.now();
    if (!job.isQuiet) logger.debug({ job: job.name, outcome }, 'Cronjob finished');
    options.onRun(job.name, outcome, (endedAt - startedAt) / 1000);
    entry.dueAt = endedAt + job.intervalMs;
    arm();
  }

  arm();
  return {
    async stop(graceMs) {
      stopping.abort();
      cancel?.();
      if (running.size === 0) return;
      let stopWaiting = () => {};
      const grace = new Promise<void>((resolve) => {
        stopWaiting = clock.after(graceMs, resolve);
      });
      await Promise.race([Promise.all(running), grace]);
      stopWaiting();
    },
  };
}
