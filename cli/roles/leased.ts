import type { Leases } from '../../infra/ports/lease.js';
import type { Logger } from '../../infra/ports/logger.js';

export interface LeasedOptions {
  readonly leases: Leases;
  /** What the lease is for. */
  readonly name: string;
  /** Names this process. */
  readonly holder: string;
  /** Does it until the signal aborts, and must be harmless beside another process that does the same. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
  /** ms, monotonic. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Something that one process of several does, while the others stand by. */
export interface Leased {
  isHeld(): boolean;
  /** Ends it, and gives the lease to whoever stands by. */
  stop(): Promise<void>;
}

/** How long a lease lasts without being renewed, in ms: how long it takes others to notice that its holder is gone. */
export const LEASE_MS = 2_500;
const RENEW_EVERY_MS = 600;
/** A holder that could not renew its lease ends so long before others may take it, in ms. */
const MARGIN_MS = 500;

/** Does something whenever this process has the lease for it, which it tries to take again and again. */
export function runLeased(options: LeasedOptions): Leased {
  const { leases, name, holder, logger, clock } = options;
  let stopped = false;
  let wake = (): void => undefined;
  let running: { readonly ending: AbortController; readonly done: Promise<void> } | undefined;
  let validUntil = Number.NEGATIVE_INFINITY;

  function begin(): void {
    const ending = new AbortController();
    logger.info({ lease: name }, 'this process has the lease now');
    const done = options.run(ending.signal).catch((err) => {
      logger.error({ err, lease: name }, 'what is done under a lease failed');
    });
    running = { ending, done };
    void done.then(() => {
      if (running?.ending === ending) running = undefined;
    });
  }

  async function end(): Promise<void> {
    running?.ending.abort();
    await running?.done;
    running = undefined;
  }

  async function takeOnce(): Promise<void> {
    const askedAt = clock();
    const isOurs = await leases.take(name, holder, LEASE_MS).catch((err) => {
      logger.warn({ err, lease: name }, 'the lease could not be taken; trying again');
      return undefined;
    });
    if (isOurs) validUntil = askedAt + LEASE_MS - MARGIN_MS;
    if (isOurs === false) validUntil = Number.NEGATIVE_INFINITY;
  }

  async function keep(): Promise<void> {
    while (!stopped) {
      await takeOnce();
      if (clock() < validUntil) {
        if (!running && !stopped) begin();
      } else if (running) {
        logger.warn({ lease: name }, 'the lease is lost; standing by');
        await end();
      }
      await Promise.race([options.sleep(RENEW_EVERY_MS), new Promise<void>((resolve) => (wake = resolve))]);
    }
  }

  const keeping = keep();
  return {
    isHeld: () => running !== undefined,
    async stop() {
      stopped = true;
      wake();
      await keeping;
      const held = running !== undefined;
      await end();
      // One that is not given back runs out.
      if (held) await leases.release(name, holder).catch(() => undefined);
    },
  };
}
