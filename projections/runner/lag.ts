import type { Position } from '../../infra/ports/event-log.js';

/** Tells for how long views have been behind the end of the log. */
export interface LagWatch {
  /**
   * Takes the end of the log and what the views have passed at one moment. To be called regularly: a view that has not
   * passed an end that was observed counts as behind since that observation.
   *
   * @param now ms since the epoch
   */
  observe(now: number, head: Position, passed: (view: string) => Position): void;
  /** The views that have been behind for more than `ms` at the last observation. */
  behindFor(ms: number): readonly string[];
}

interface Goal {
  readonly position: Position;
  readonly since: number;
}

/** Makes a watch over views. */
export function lagWatch(views: readonly string[]): LagWatch {
  const goals = new Map<string, Goal>();
  let observedAt = 0;
  return {
    observe(now, head, passed) {
      observedAt = now;
      for (const view of views) {
        const goal = goals.get(view);
        const position = passed(view);
        if (goal && position < goal.position) continue;
        if (position < head) goals.set(view, { position: head, since: now });
        else goals.delete(view);
      }
    },
    behindFor: (ms) => [...goals].filter(([, goal]) => observedAt - goal.since > ms).map(([view]) => view),
  };
}
