import { type Connection, openConnection } from './connection.js';

/** What a load came to. */
export interface LoadResult {
  readonly perSecond: number;
  /** ms. */
  readonly p50: number;
  readonly p99: number;
}

/** One unit of work of a load; `worker` counts the connections from 0. */
export type Step = (connection: Connection, worker: number) => Promise<void>;

/**
 * Drives a service over a number of connections for a time, each sending its next request when it has the last answer.
 * The first fifth is warm-up and not counted.
 */
export async function load(
  port: number,
  connections: number,
  ms: number,
  step: Step,
  headers: Readonly<Record<string, string>> = {},
): Promise<LoadResult> {
  const opened = await Promise.all(Array.from({ length: connections }, () => openConnection(port, headers)));
  const times: number[] = [];
  const start = performance.now();
  const countFrom = start + ms / 5;
  const end = start + ms;
  let counted = 0;
  await Promise.all(
    opened.map(async (connection, worker) => {
      for (let now = performance.now(); now < end; ) {
        await step(connection, worker);
        const after = performance.now();
        if (now >= countFrom && after <= end) {
          times.push(after - now);
          counted++;
        }
        now = after;
      }
    }),
  );
  for (const connection of opened) connection.close();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { perSecond: counted / ((end - countFrom) / 1000), p50: at(0.5), p99: at(0.99) };
}
