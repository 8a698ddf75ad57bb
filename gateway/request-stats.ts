import { LRUCache } from 'lru-cache';

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1_440;
const MAX_APPS = 10_000;

interface MinuteCount {
  total: number;
  second: number;
  inSecond: number;
  peak: number;
}

interface AppStats {
  readonly since: number;
  readonly minutes: Map<number, MinuteCount>;
}

export interface RequestStatsAnswer {
  readonly atMinute: number;
  readonly averageRequestsPerSecond: readonly number[];
  readonly peakRequestsPerSecond: readonly number[];
}

/** Requests per app over the last day, in memory (00-conventions.md 13.5). */
export interface RequestStats {
  /** @param now ms since the epoch */
  count(appKey: string, now: number): void;
  read(appKey: string, now: number): RequestStatsAnswer;
}

/**
 * Makes the counters of a process. An app costs one entry per minute of the last day in which it was called; beyond
 * 10,000 apps those of the least recently called one are forgotten.
 */
export function requestStats(): RequestStats {
  const apps = new LRUCache<string, AppStats>({ max: MAX_APPS });
  return {
    count(appKey, now) {
      const minute = Math.floor(now / MINUTE_MS);
      const second = Math.floor(now / 1000);
      let app = apps.get(appKey);
      if (!app) {
        app = { since: minute, minutes: new Map() };
        apps.set(appKey, app);
      }
      let current = app.minutes.get(minute);
      if (!current) {
        current = { total: 0, second, inSecond: 0, peak: 0 };
        app.minutes.set(minute, current);
        for (const old of app.minutes.keys()) {
          if (old >= minute - MINUTES_PER_DAY) break;
          app.minutes.delete(old);
        }
      }
      current.total++;
      current.inSecond = current.second === second ? current.inSecond + 1 : 1;
      current.second = second;
      current.peak = Math.max(current.peak, current.inSecond);
    },
    read(appKey, now) {
      const atMinute = Math.floor(now / MINUTE_MS);
      const app = apps.get(appKey);
      const minutes = Array.from({ length: MINUTES_PER_DAY }, (_, i) => atMinute - MINUTES_PER_DAY + i);
      const isMeasured = (minute: number) => app !== undefined && minute >= app.since;
      return {
        atMinute,
        averageRequestsPerSecond: minutes.map((minute) =>
          isMeasured(minute) ? (app?.minutes.get(minute)?.total ?? 0) / 60 : -1,
        ),
        peakRequestsPerSecond: minutes.map((minute) =>
          isMeasured(minute) ? (app?.minutes.get(minute)?.peak ?? 0) : -1,
        ),
      };
    },
  };
}
