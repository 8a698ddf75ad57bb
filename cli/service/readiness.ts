import type { Position } from '../../infra/ports/event-log.js';
import type { Readiness } from '../../infra/ports/readiness.js';
import { lagWatch } from '../../projections/runner/lag.js';
import type { Job } from '../jobs/scheduler.js';

const OBSERVE_EVERY_MS = 1_000;
const MAX_BEHIND_MS = 5_000;
const STORE_TIMEOUT_MS = 2_000;

export interface ReadinessOptions {
  readonly views: readonly string[];
  readonly head: () => Promise<Position>;
  readonly passed: (view: string) => Position;
  readonly parkedStreams: () => Promise<ReadonlyMap<string, number>>;
  /** Fails if the keyring does not answer. */
  readonly askKeyring: () => Promise<unknown>;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Makes the check behind `GET /readyz`, and the job that watches the views for it. */
export function readinessCheck(options: ReadinessOptions): { check(): Promise<Readiness>; readonly watch: Job } {
  const lag = lagWatch(options.views);
  const observe = async (): Promise<void> => lag.observe(options.now(), await options.head(), options.passed);

  async function check(): Promise<Readiness> {
    const [logAnswers, parked, keyringAnswers] = await Promise.all([
      within(STORE_TIMEOUT_MS, observe()),
      within(STORE_TIMEOUT_MS, options.parkedStreams()),
      within(STORE_TIMEOUT_MS, options.askKeyring()),
    ]);
    const behind = lag
      .behindFor(MAX_BEHIND_MS)
      .map((view) => `the view ${view} has been behind the event log for more than ${MAX_BEHIND_MS / 1000} s`);
    const silent = [
      ...(logAnswers.inTime ? [] : ['the event log does not answer']),
      ...(parked.inTime ? [] : ['the views do not answer']),
      ...(keyringAnswers.inTime ? [] : ['the keyring does not answer']),
    ];
    return { reasons: [...silent, ...behind], parked: parked.inTime ? parked.value : new Map() };
  }

  return {
    check,
    watch: { name: 'WatchViews', intervalMs: OBSERVE_EVERY_MS, firstRun: 'at-once', isQuiet: true, run: observe },
  };
}

type Timely<T> = { readonly inTime: true; readonly value: T } | { readonly inTime: false };

/** What the work came to, unless it failed or took too long. */
async function within<T>(ms: number, work: Promise<T>): Promise<Timely<T>> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Timely<T>>((resolve) => {
    timer = setTimeout(() => resolve({ inTime: false }), ms);
  });
  const done = work.then(
    (value): Timely<T> => ({ inTime: true, value }),
    (): Timely<T> => ({ inTime: false }),
  );
  try {
    return await Promise.race([done, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
