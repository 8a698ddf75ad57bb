import { LRUCache } from 'lru-cache';

const BUCKET_SIZE = 5;
const MS_PER_TOKEN = 200;
const MAX_APPS = 10_000;

interface Bucket {
  tokens: number;
  admittedAt: number;
}

/** Which health checks may touch the store (00-conventions.md 13.1). */
export interface HealthProbes {
  /**
   * Whether an app's check is admitted: its bucket holds 5 and gains one for every 200 ms since the last admitted one.
   *
   * @param now ms since the epoch
   */
  admit(appKey: string, now: number): boolean;
}

/** Makes the buckets of a process. Those of the least recently called apps are forgotten first: they are full by then. */
export function healthProbes(): HealthProbes {
  const buckets = new LRUCache<string, Bucket>({ max: MAX_APPS });
  return {
    admit(appKey, now) {
      const bucket = buckets.get(appKey) ?? { tokens: BUCKET_SIZE, admittedAt: now };
      buckets.set(appKey, bucket);
      const gained = Math.max(0, Math.floor((now - bucket.admittedAt) / MS_PER_TOKEN));
      const tokens = Math.min(BUCKET_SIZE, bucket.tokens + gained);
      if (tokens < 1) return false;
      bucket.tokens = tokens - 1;
      bucket.admittedAt = now;
      return true;
    },
  };
}
