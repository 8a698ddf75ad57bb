import type { Position } from '../ports/event-log.js';

export interface FreshnessOptions {
  /** The end of the log. */
  readonly head: () => Promise<Position>;
  /** How far the view has come. */
  readonly passed: () => Position;
  /** ms, monotonic. */
  readonly now: () => number;
}

/**
 * How long rows may be believed. The projector says so again and again, always for a short time from a moment of Redis's
 * own clock that it knows to be past, so that a word that arrives late says nothing. It says so only while the view holds
 * all that was in the log a moment ago. Once it has been silent for long enough, no reader believes a row, and the view
 * may pass positions without Redis.
 */
export interface Freshness {
  /** Redis has told its time: ms since the epoch. */
  told(serverTime: number): void;
  /** Until when rows may be believed, by the clock of Redis, if that is to be said now; else a time in the past. */
  until(): number;
  /**
   * Looks whether the view keeps up with the log. To be asked regularly.
   *
   * @throws faults of the log
   */
  look(): Promise<void>;
  /** True if no reader can believe a row now. */
  isSurelyOver(): boolean;
}

/** How long rows may be believed without another word, in ms. */
const BELIEVED_MS = 1_000;
/** For clocks that don't run at the same speed, in ms. */
const MARGIN_MS = 250;
/** After this time in ms without a word nobody believes a row. */
export const SILENCE_MS = BELIEVED_MS + MARGIN_MS;
/** How far the view may trail behind the log before its rows are not believed any more, in ms. */
const PATIENCE_MS = 1_000;
const LONG_AGO = 0;

export function freshness({ head, passed, now }: FreshnessOptions): Freshness {
  let server: { readonly time: number; readonly toldAt: number } | undefined;
  // Another process may have had the word before.
  let overAt = now() + SILENCE_MS;
  let goal: { readonly position: Position; readonly setAt: number } | undefined;
  /** The view holds all that was in the log then. */
  let completeAt = Number.NEGATIVE_INFINITY;

  return {
    told(time) {
      server = { time, toldAt: now() };
    },
    until() {
      if (!server || now() - completeAt > PATIENCE_MS) return LONG_AGO;
      // The clock of Redis shows `time` + BELIEVED_MS so much after `toldAt` at the latest.
      overAt = Math.max(overAt, server.toldAt + SILENCE_MS);
      return server.time + BELIEVED_MS;
    },
    async look() {
      if (!goal) {
        const setAt = now();
        goal = { position: await head(), setAt };
      }
      if (passed() < goal.position) return;
      completeAt = goal.setAt;
      goal = undefined;
    },
    isSurelyOver: () => now() > overAt,
  };
}
